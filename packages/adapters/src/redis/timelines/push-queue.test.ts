import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eachReader, pageBytes } from './active-readers.js';
import { createPushQueue, type PushBatch } from './push-queue.js';

/** A queue over a back-end that answers when told to, and notes what it was sent. */
const open = (options: {
  readonly keysPerCall: number;
  readonly inFlight: number;
  readonly buckets?: number;
}) => {
  const { buckets = 1 } = options;
  const calls: { readonly sent: [postId: string, reader: string][]; answer(error?: Error): void }[] = [];
  const send = ({ keys, runs }: PushBatch) =>
    new Promise<readonly number[]>((resolve, reject) => {
      const words = keys.frame('', '').toString().split('\r\n');
      const readers = words.filter((_, i) => i % 2 === 1).map((key) => key.slice(2));
      const posts = runs.flatMap(({ postId, count }) => Array<string>(count).fill(postId));
      calls.push({
        sent: posts.map((postId, i) => [postId, readers[i] ?? '']),
        answer: (error) => (error ? reject(error) : resolve(runs.map(({ count }) => count))),
      });
    });
  const queue = createPushQueue({ start: () => 'k:', send }, { ...options, maxSpare: 2 });
  const push = (postId: string, readers: readonly string[]) => {
    const page = pageBytes(readers.join(','));
    let at = 0;
    const audience = {
      get left() {
        return page.length - at;
      },
      give(wanted: number, add: (bucket: number, from: number, to: number) => void) {
        let given = 0;
        const visit = (from: number, to: number, hash: number) => {
          add((hash >>> 0) % buckets, from, to);
          return ++given < wanted;
        };
        at = eachReader(page, visit, at);
      },
    };
    return { reached: queue.push(postId, page, audience), audience };
  };
  return { calls, push };
};
const readersOf = (count: number, from = 1) => Array.from({ length: count }, (_, n) => String(from + n));
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the queue of pushes', () => {
  it('takes no more of a page than the calls under way need', async () => {
    const { calls, push } = open({ keysPerCall: 10, inFlight: 2 });
    const { reached, audience } = push('1', readersOf(95));
    expect(calls.map(({ sent }) => sent.length)).toEqual([10, 10]);
    expect(audience.left).toBeGreaterThan(70 * 2);
    for (let n = 0; n < calls.length; n++) {
      calls[n]?.answer();
      await turn();
    }
    expect(await reached).toBe(95);
    expect(calls).toHaveLength(10);
  });

  it('lets a small post pass a large one, and the large one go on', async () => {
    const { calls, push } = open({ keysPerCall: 10, inFlight: 1 });
    const large = push('1', readersOf(200));
    const small = push('2', readersOf(30, 1000));
    for (let n = 0; n < 6; n++) {
      calls[n]?.answer();
      await turn();
    }
    expect(await small.reached).toBe(30);
    const posts = calls.slice(0, 6).map(({ sent }) => sent[0]?.[0]);
    expect(posts.filter((postId) => postId === '1').length).toBeGreaterThanOrEqual(3);
    large.reached.catch(() => {});
  });

  it('shares a call between posts that have too little for one', async () => {
    const { calls, push } = open({ keysPerCall: 10, inFlight: 1 });
    push('1', readersOf(1));
    const rest = [push('2', readersOf(4)), push('3', readersOf(4)), push('4', readersOf(4))];
    calls[0]?.answer();
    await turn();
    expect(calls[1]?.sent).toHaveLength(10);
    calls[1]?.answer();
    await turn();
    calls[2]?.answer();
    expect(await Promise.all(rest.map(({ reached }) => reached))).toEqual([4, 4, 4]);
  });

  it('fails the posts of a call that failed, and no other', async () => {
    const { calls, push } = open({ keysPerCall: 10, inFlight: 1 });
    const broken = push('1', readersOf(45));
    const other = push('2', readersOf(20, 1000));
    const failed = expect(broken.reached).rejects.toThrow('gone');
    calls[0]?.answer(new Error('gone'));
    await failed;
    for (let n = 1; n < 3; n++) {
      await turn();
      calls[n]?.answer();
    }
    expect(await other.reached).toBe(20);
    expect(calls).toHaveLength(3);
  });

  it('reaches everybody once, however pushes, buckets and answers interleave', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 8 }),
        fc.record({ keysPerCall: fc.integer({ min: 1, max: 9 }), inFlight: fc.integer({ min: 1, max: 4 }) }),
        fc.constantFrom(1, 3, 16),
        fc.infiniteStream(fc.nat()),
        async (sizes, options, buckets, order) => {
          const { calls, push } = open({ ...options, buckets });
          const answered = new Set<number>();
          const pushed = sizes.map((size, n) => push(String(n), readersOf(size, 1 + n * 100)).reached);
          for (;;) {
            await turn();
            const waiting = calls.flatMap((_, n) => (answered.has(n) ? [] : [n]));
            if (waiting.length === 0) break;
            expect(waiting.length).toBeLessThanOrEqual(options.inFlight);
            const chosen = waiting[(order.next().value ?? 0) % waiting.length] ?? 0;
            answered.add(chosen);
            calls[chosen]?.answer();
          }
          expect(await Promise.all(pushed)).toEqual(sizes);
          const sent = calls.flatMap((call) => call.sent.map((pair) => pair.join(':')));
          const expected = sizes.flatMap((size, n) => readersOf(size, 1 + n * 100).map((id) => `${n}:${id}`));
          expect(sent.sort()).toEqual(expected.sort());
          for (const call of calls) expect(call.sent.length).toBeLessThanOrEqual(options.keysPerCall);
        },
      ),
      { numRuns: 60 },
    );
  });
});
