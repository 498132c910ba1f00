import type { Id } from '@socialkit/core';
import { createKeyPacker, type PackedKeys } from './packed-keys.js';

/** Posts with the timelines each goes to: what one script call carries. */
export interface PushBatch {
  readonly bucket: number;
  readonly keys: PackedKeys;
  /** The first `count` keys get the first post, the next the second, and so on. */
  readonly runs: readonly { readonly postId: Id; readonly count: number }[];
}

/** The readers one push has to reach, given out a few at a time. */
export interface Audience {
  /** Gives up to `wanted` more, each by its bucket and by where in the page the id stands. */
  give(wanted: number, add: (bucket: number, from: number, to: number) => void): void;
  /** How much of the page was not given yet; 0 at its end. */
  readonly left: number;
}

/** Sends posts in full calls, whatever they came in. */
export interface PushQueue {
  /** @returns how many of the audience, ids of `page`, have a timeline */
  push(postId: Id, page: Uint8Array, audience: Audience): Promise<number>;
}

/** One post on its way. */
interface Push {
  readonly postId: Id;
  readonly page: Uint8Array;
  readonly audience: Audience;
  /** Keys given and not answered. */
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
 * Fills calls of up to `keysPerCall` timelines, `inFlight` at a time, and takes from the pushes under way only what the next call
 * needs: making the keys of a whole page at once would leave Redis without work meanwhile. Where one push has too little for a call
 * (an ordinary author on a Cluster has few timelines in each bucket) posts of all pushes of the process share it.
 *
 * Turns alternate between the push that came first and the one with the least left, so that a post with few followers does not wait for
 * a page of many, nor the other way round.
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
  /** Those with readers not given yet, in the order they came. */
  const pushes: Push[] = [];
  /** Batches that take no more keys. */
  const full: Batch[] = [];
  /** The batch of a bucket that takes more, the one begun first in front. */
  const begun = new Map<number, Batch>();
  let running = 0;
  let firstComes = false;

  /** What makes the keys of each bucket, and keys of calls that were answered, to be used again. */
  const stock = new Map<number, { readonly make: () => PackedKeys; readonly spare: PackedKeys[] }>();
  const stockOf = (bucket: number) => {
    const known = stock.get(bucket);
    if (known) return known;
    const made = { make: createKeyPacker(deps.start(bucket), keysPerCall), spare: [] };
    stock.set(bucket, made);
    return made;
  };
  const begin = (bucket: number): Batch => {
    const { make, spare } = stockOf(bucket);
    const batch: Batch = { bucket, keys: spare.pop() ?? make(), runs: [] };
    begun.set(bucket, batch);
    return batch;
  };
  /** Only after an answer: until then the bytes may still be on their way. */
  const recycle = ({ bucket, keys }: Batch) => {
    keys.clear();
    const { spare } = stockOf(bucket);
    if (spare.length < maxSpare) spare.push(keys);
  };

  const place = (push: Push, bucket: number, from: number, to: number) => {
    const batch = begun.get(bucket) ?? begin(bucket);
    const { keys, runs } = batch;
    let run = runs[runs.length - 1];
    if (run?.push !== push) {
      run = { postId: push.postId, push, count: 0 };
      runs.push(run);
    }
    keys.add(push.page, from, to);
    run.count++;
    push.open++;
    if (keys.count < keysPerCall) return;
    begun.delete(bucket);
    full.push(batch);
  };
  const finish = (push: Push) => {
    if (push.open === 0 && push.audience.left === 0 && !push.failed) push.done(push.active);
  };
  const leave = (push: Push) => {
    const at = pushes.indexOf(push);
    if (at >= 0) pushes.splice(at, 1);
  };
  /** Takes what one call needs from a push whose turn it is. @returns false when nobody is left to be given */
  const gather = (): boolean => {
    let push = pushes[0];
    if (push === undefined) return false;
    firstComes = !firstComes;
    if (!firstComes) for (const other of pushes) if (other.audience.left < push.audience.left) push = other;
    const turn = push;
    turn.audience.give(keysPerCall, (bucket, from, to) => place(turn, bucket, from, to));
    if (turn.audience.left === 0) {
      leave(turn);
      finish(turn);
    }
    return true;
  };
  const take = (): Batch | undefined => {
    do {
      const batch = full.shift();
      if (batch) return batch;
    } while (gather());
    for (const [bucket, batch] of begun) {
      begun.delete(bucket);
      return batch;
    }
    return undefined;
  };

  const settle = ({ runs }: Batch, hits: readonly number[]) => {
    for (const [i, { push, count }] of runs.entries()) {
      push.active += hits[i] ?? 0;
      push.open -= count;
      finish(push);
    }
  };
  const fail = ({ runs }: Batch, error: unknown) => {
    for (const { push } of runs) {
      if (push.failed) continue;
      push.failed = true;
      leave(push);
      push.fail(error);
    }
  };
  const pump = () => {
    while (running < inFlight) {
      const batch = take();
      if (!batch) return;
      // A push that failed already is not worth the rest of its calls.
      if (batch.runs.every(({ push }) => push.failed)) {
        recycle(batch);
        continue;
      }
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
    push: (postId, page, audience) =>
      new Promise((done, fail) => {
        const push: Push = { postId, page, audience, open: 0, active: 0, failed: false, done, fail };
        if (audience.left > 0) pushes.push(push);
        else finish(push);
        pump();
      }),
  };
}
