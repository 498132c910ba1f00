import { createIds, MAX_ID_STRING, systemClock } from '@socialkit/core';
import { describe, expect, it } from 'vitest';
import { decodeHead, encodeEpoch, encodeHead, STAMPS, stampAt } from './head.js';

describe('the head of a timeline', () => {
  it('gives back what went in, in fifteen printable characters', () => {
    const ids = createIds({ clock: systemClock, node: 1023 });
    for (const build of ['1', '7339040224', MAX_ID_STRING, ids.next(), ids.next()])
      for (const state of ['building', 'complete', 'filled', 'trimmed'] as const)
        for (let stamp = 0; stamp < STAMPS; stamp++) {
          const epoch = encodeEpoch(2 ** 52 - 1);
          const head = encodeHead({ state, stamp, epoch, build });
          expect(head).toMatch(/^[\x21-\x7e]{15}$/);
          expect(decodeHead(head)).toEqual({ state, stamp, epoch, build });
        }
  });

  it('stamps sixteen times in a life', () => {
    expect([0, 99, 100, 1599, 1600, 2300].map((ms) => stampAt(ms, 1600))).toEqual([0, 0, 1, 15, 16, 0]);
  });
});
