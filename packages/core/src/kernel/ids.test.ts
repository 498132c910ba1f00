import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareIds,
  createIds,
  firstIdAt,
  ID_EPOCH_MS,
  idSchema,
  MAX_ID_STRING,
  MAX_NODE,
  newestFirst,
  timeOfId,
} from './ids.js';
import { createFakeClock } from './runtime.js';

describe('ids', () => {
  it('grow strictly, within a millisecond, over milliseconds, and when the clock steps back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 3 }), { maxLength: 300 }), (steps) => {
        const clock = createFakeClock();
        const ids = createIds({ clock, node: 3 });
        let last = ids.next();
        for (const step of steps) {
          clock.advance(step);
          const id = ids.next();
          if (compareIds(last, id) >= 0) return false;
          last = id;
        }
        return true;
      }),
    );
  });

  it('stay unique beyond 4096 in one millisecond by borrowing from the next', () => {
    const clock = createFakeClock();
    const ids = createIds({ clock, node: 0 });
    const made = Array.from({ length: 10_000 }, () => ids.next());
    expect(new Set(made).size).toBe(10_000);
    expect(made).toEqual([...made].sort(compareIds));
    expect(timeOfId(made.at(-1) ?? '')).toBe(clock.now() + 2);
  });

  it('never meet those of another node', () => {
    const clock = createFakeClock();
    const nodes = [0, 1, 512, MAX_NODE].map((node) => createIds({ clock, node }));
    const made = nodes.flatMap((ids) => Array.from({ length: 5000 }, () => ids.next()));
    expect(new Set(made).size).toBe(made.length);
  });

  it('carry their instant, and have 19 digits after July 2007 to the end of 63 bits', () => {
    for (const at of [Date.UTC(2007, 7, 1), Date.UTC(2026, 0, 1), Date.UTC(2069, 8, 1)]) {
      const id = createIds({ clock: createFakeClock(at), node: MAX_NODE }).next();
      expect(timeOfId(id)).toBe(at);
      expect(id).toHaveLength(19);
      expect(compareIds(id, firstIdAt(at))).toBeGreaterThanOrEqual(0);
      expect(compareIds(id, firstIdAt(at + 1))).toBeLessThan(0);
      expect(idSchema.safeParse(id).success).toBe(true);
    }
    expect(firstIdAt(ID_EPOCH_MS - 1)).toBe('0');
  });

  it('refuse a node that is not 0 to 1023', () => {
    const clock = createFakeClock();
    for (const node of [-1, 1024, 1.5, Number.NaN])
      expect(() => createIds({ clock, node })).toThrow(TypeError);
    for (const node of [0, 1023]) expect(createIds({ clock, node }).next()).toBeTypeOf('string');
  });

  it('are ordered as numbers, never as text', () => {
    const id = fc.bigInt({ min: 1n, max: (1n << 63n) - 1n }).map(String);
    fc.assert(
      fc.property(id, id, (a, b) => {
        const expected = BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
        return Math.sign(compareIds(a, b)) === expected && Math.sign(newestFirst(a, b)) === 0 - expected;
      }),
    );
    expect(['9', '10', '100'].sort(compareIds)).toEqual(['9', '10', '100']);
  });

  it('are accepted only in canonical decimal form within 63 bits', () => {
    for (const good of ['1', '9', MAX_ID_STRING, '3561234567890123456'])
      expect(idSchema.safeParse(good).success).toBe(true);
    const bad = [
      '',
      '0',
      '01',
      '-1',
      '+1',
      '1.0',
      '1e3',
      ' 1',
      '1 ',
      '0x1',
      '١',
      '９',
      '9223372036854775808',
      '99999999999999999999',
      '1\n',
      '1\u0000',
      1,
      1n,
      null,
      undefined,
      {},
      ['1'],
    ];
    for (const value of bad) expect(idSchema.safeParse(value).success, String(value)).toBe(false);
  });
});
