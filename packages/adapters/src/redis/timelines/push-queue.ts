import type { Id } from '@socialkit/core';
import { createKeyPacker, type PackedKeys } from './packed-keys.js';

/** Posts with the timelines each goes to: what one script call carries. */
export interface PushBatch {
  readonly bucket: number;
  readonly keys: PackedKeys;
  /** The first `count` keys get the first post, the next the second, and so on. */
  readonly runs: readonly { readonly postId: Id; readonly count: number }[];
}

/** Sends posts in full calls, whatever they came in. */
export interface PushQueue {
  /**
   * @param each gives the readers to reach: the bucket, and where in `page` the id stands
   * @returns how many of them have a timeline
   */
  push(
    postId: Id,
    page: Uint8Array,
    each: (add: (bucket: number, from: number, to: number) => void) => void,
  ): Promise<number>;
}

/** One post on its way. */
interface Push {
  readonly postId: Id;
  open: number;
  active: number;
  failed: boolean;
  readonly done: (active: number) => void;
  readonly fail: (error: unknown) => void;
}
interface Run {
  readonly postId: Id;
  readonly push: Push;
  count: number;
}
interface Batch extends PushBatch {
  readonly runs: Run[];
}

/**
 * Fills calls of up to `keysPerCall` timelines, `inFlight` at a time. While calls are on their way, posts of all pushes of the process
 * gather per bucket and share the next calls: on a Cluster one post of an ordinary author has few timelines in each.
 *
 * @param deps.start what stands before the id in the keys of a bucket
 * @param deps.send runs one batch and answers how many timelines each run reached
 */
export function createPushQueue(
  deps: {
    readonly start: (bucket: number) => string;
    readonly send: (batch: PushBatch) => Promise<readonly number[]>;
  },
  options: {
    readonly keysPerCall: number;
    readonly inFlight: number;
    /** Key buffers of a bucket kept to be used again. */
    readonly maxSpare: number;
  },
): PushQueue {
  const { keysPerCall, inFlight, maxSpare } = options;
  /** Batches that wait, per bucket, in the order in which buckets are served; all but the last of a bucket are full. */
  const waiting = new Map<number, Batch[]>();
  let running = 0;

  const take = (): Batch | undefined => {
    for (const [bucket, batches] of waiting) {
      const batch = batches.shift();
      // Last in line again, so that a bucket with much to do does not hold up the others.
      waiting.delete(bucket);
      if (batches.length > 0) waiting.set(bucket, batches);
      if (batch) return batch;
    }
    return undefined;
  };
  /** What makes the keys of each bucket, and keys of calls that were answered, to be used again. */
  const stock = new Map<number, { readonly make: () => PackedKeys; readonly spare: PackedKeys[] }>();
  const stockOf = (bucket: number) => {
    const known = stock.get(bucket);
    if (known) return known;
    const made = { make: createKeyPacker(deps.start(bucket), keysPerCall), spare: [] };
    stock.set(bucket, made);
    return made;
  };
  /** The batch of a bucket that takes another key. */
  const opened = (bucket: number): Batch => {
    const batches = waiting.get(bucket);
    const last = batches?.at(-1);
    if (last && last.keys.count < keysPerCall) return last;
    const { make, spare } = stockOf(bucket);
    const keys = spare.pop() ?? make();
    const batch = { bucket, keys, runs: [] };
    if (batches) batches.push(batch);
    else waiting.set(bucket, [batch]);
    return batch;
  };
  /** Only after an answer: until then the bytes may still be on their way. */
  const recycle = ({ bucket, keys }: Batch) => {
    keys.clear();
    const { spare } = stockOf(bucket);
    if (spare.length < maxSpare) spare.push(keys);
  };

  const settle = ({ runs }: Batch, hits: readonly number[]) => {
    for (const [i, { push, count }] of runs.entries()) {
      push.active += hits[i] ?? 0;
      push.open -= count;
      if (push.open === 0 && !push.failed) push.done(push.active);
    }
  };
  const fail = ({ runs }: Batch, error: unknown) => {
    for (const { push } of runs) {
      if (!push.failed) push.fail(error);
      push.failed = true;
    }
  };
  const pump = () => {
    while (running < inFlight) {
      const batch = take();
      if (!batch) return;
      // A push that failed already is not worth the rest of its calls.
      if (batch.runs.every(({ push }) => push.failed)) continue;
      running++;
      deps
        .send(batch)
        .then(
          (hits) => {
            recycle(batch);
            settle(batch, hits);
          },
          (error) => fail(batch, error),
        )
        .finally(() => {
          running--;
          pump();
        });
    }
  };

  return {
    push: (postId, page, each) =>
      new Promise((done, failed) => {
        const push: Push = { postId, open: 0, active: 0, failed: false, done, fail: failed };
        // What each bucket's keys of this push go into at the moment.
        const lanes: { readonly batch: Batch; readonly run: Run }[] = [];
        each((bucket, from, to) => {
          let lane = lanes[bucket];
          if (!lane || lane.batch.keys.count >= keysPerCall) {
            const batch = opened(bucket);
            const run = { postId, push, count: 0 };
            batch.runs.push(run);
            lane = { batch, run };
            lanes[bucket] = lane;
          }
          lane.batch.keys.add(page, from, to);
          lane.run.count++;
          push.open++;
        });
        if (push.open === 0) done(0);
        else pump();
      }),
  };
}
