import type { StreamPosition } from '@socialkit/core/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecorder } from '../testing/recorder.js';
import { type FollowedStream, followStream } from './followed-stream.js';

const S = 'conversation:1';
const turn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * A server and a network that do whatever they may: the oracle is the list of what was written. Nothing of the client but the
 * stream under test is here.
 */
function world() {
  const log: number[] = [];
  let epoch = 'e1';
  let connected = true;
  let subscribed = false;
  let retained = 0;
  const waiting: (() => void)[] = [];
  const recorder = createRecorder(() => ({ state: [...log], offset: log.length }));
  let failing = 0;
  recorder.during = async () => {
    await turn();
    if (failing > 0) {
      failing--;
      throw new Error('the application failed');
    }
  };
  const ev = (o: number) => {
    const frame = { t: 'ev', s: S, epoch, o, type: 'number.said', at: 0, data: { n: log[o - 1]! } } as const;
    stream.event(frame);
  };
  const answer = (from: StreamPosition | null) => {
    const head = log.length;
    subscribed = true;
    if (from === null) return stream.standing(epoch, head, 'live');
    if (from.epoch !== epoch || from.offset < retained || from.offset > head)
      return stream.standing(epoch, head, 'reset');
    stream.standing(epoch, head, 'resumed');
    for (let o = from.offset + 1; o <= head; o++) ev(o);
  };
  const stream: FollowedStream = followStream(S, recorder, {
    subscribe(_, from) {
      if (!connected) return;
      stream.asked();
      waiting.push(() => answer(from));
    },
    unsubscribe: () => {
      subscribed = false;
    },
    handled: () => {},
    retry: (_, work) => void waiting.push(work),
    error: () => {},
    count: () => {},
  });
  const connect = () => {
    connected = true;
    waiting.length = 0;
    stream.asked();
    answer(stream.arrived());
  };
  connect();
  return {
    recorder,
    log,
    write() {
      log.push(log.length * 3);
      if (connected && subscribed) ev(log.length);
    },
    lose: () => void log.push(log.length * 3),
    double: () => log.length > 0 && connected && subscribed && ev(log.length),
    cut() {
      connected = false;
      subscribed = false;
    },
    connect: () => connected || connect(),
    forget: () => {
      retained = log.length;
    },
    restore() {
      epoch = `${epoch}'`;
      subscribed = false;
      connect();
    },
    gap: () => connected && subscribed && stream.gap(epoch, log.length, 'reset'),
    fail: () => {
      failing++;
    },
    proceed: () => waiting.shift()?.(),
    turn,
    async settle() {
      for (let quiet = 0; quiet < 10; quiet++) {
        if (waiting.length > 0) quiet = 0;
        waiting.shift()?.();
        await turn();
      }
    },
  };
}

describe('a followed stream in random worlds', () => {
  it('hands over each event once and in order, and ends equal to a fresh fetch', async () => {
    const acts = ['write', 'write', 'write', 'lose', 'double', 'cut', 'connect', 'forget'] as const;
    const rare = ['restore', 'gap', 'fail', 'proceed', 'turn', 'turn', 'turn'] as const;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...acts, ...rare), { maxLength: 60 }), async (steps) => {
        const it = world();
        for (const step of steps) await it[step]();
        it.connect();
        await it.settle();
        // Whatever was lost is found by the next event.
        it.write();
        await it.settle();
        expect(it.recorder.violations).toEqual([]);
        expect(it.recorder.state).toEqual(it.log);
      }),
      { numRuns: 300 },
    );
  });
});
