import type { Cluster, Redis } from 'ioredis';
import type { RedisLink } from '../connection.js';
import type { TimelineKeys } from './keys.js';
import { SWEEP } from './scripts.js';

/** Milliseconds between two steps of one process. */
const STEP_MS = 1000;
/** Keys looked at in a step, more or less. */
const STEP_KEYS = 500;
/** Keys looked at by one call at most: a long call makes others wait. */
const KEYS_PER_CALL = 100;

/** Removes timelines that nobody reads any more, a few at a time, while the process delivers. */
export interface Sweeper {
  /** Takes a step behind the caller's back, unless the last one was just now. */
  nudge(): void;
  /** Looks at every timeline once. @returns how many went */
  sweep(): Promise<number>;
  /** Waits for the step under way. */
  close(): Promise<void>;
}

/** @param deps.stampNow the stamp of this moment, see `head.ts` */
export function createSweeper(
  deps: { readonly link: RedisLink; readonly keys: TimelineKeys; readonly stampNow: () => number },
  options: { readonly now?: () => number } = {},
): Sweeper {
  const { link, keys, stampNow } = deps;
  const now = options.now ?? (() => performance.now());
  let lastStep = now();
  let running: Promise<unknown> | null = null;
  let closed = false;
  /** Where the next step begins: a node and its cursor. */
  let at = { node: 0, cursor: '0' };

  const nodesOf = () =>
    link.run(async (client) => (link.cluster ? (client as Cluster).nodes('master') : [client as Redis]));

  /** Keys in groups that one call can take. */
  const together = (found: readonly string[]): readonly (readonly string[])[] => {
    const buckets = new Map<number, string[]>();
    for (const key of found) {
      const bucket = keys.bucketOf(keys.userOf(key));
      const others = buckets.get(bucket);
      if (others) others.push(key);
      else buckets.set(bucket, [key]);
    }
    return [...buckets.values()].flatMap((all) =>
      Array.from({ length: Math.ceil(all.length / KEYS_PER_CALL) }, (_, n) =>
        all.slice(n * KEYS_PER_CALL, (n + 1) * KEYS_PER_CALL),
      ),
    );
  };

  /** @returns how many went, and whether every node has been gone through */
  const step = async (): Promise<{ readonly gone: number; readonly round: boolean }> => {
    const nodes = await nodesOf();
    const node = nodes[at.node % nodes.length] as Redis;
    const [cursor, found] = await link.run(() =>
      node.scan(at.cursor, 'MATCH', keys.pattern, 'COUNT', STEP_KEYS),
    );
    let gone = 0;
    // One after another: whoever delivers or reads meanwhile gets in between.
    for (const some of together(found)) gone += (await SWEEP.run(link, some, [stampNow()])) as number;
    const next = cursor === '0' ? at.node + 1 : at.node;
    const round = next >= nodes.length;
    at = { node: round ? 0 : next, cursor };
    return { gone, round };
  };

  return {
    nudge() {
      if (running !== null || closed || now() - lastStep < STEP_MS) return;
      lastStep = now();
      running = step()
        // The next step begins at the same place.
        .catch(() => {})
        .finally(() => {
          running = null;
        });
    },
    async sweep() {
      await running;
      at = { node: 0, cursor: '0' };
      let gone = 0;
      for (;;) {
        const done = await step();
        gone += done.gone;
        if (done.round) return gone;
      }
    },
    async close() {
      closed = true;
      await running;
    },
  };
}
