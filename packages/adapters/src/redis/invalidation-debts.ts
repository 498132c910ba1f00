import type { Cluster, Redis } from 'ioredis';
import type { RedisLink } from './connection.js';

/** Invalidations that Redis has not heard of, because it was down. */
export interface InvalidationDebts {
  /** Whether what Redis holds under `key` must not be believed. */
  includes(key: string): boolean;
  owe(keys: readonly string[]): void;
  /** Deletes what is owed, if anything is. Calls share one run. @throws redis.unavailable */
  pay(): Promise<void>;
}

/** Keys remembered; beyond that everything is owed and the whole cache is emptied. */
const MAX_OWED = 20_000;
const CHUNK = 500;

/** Deletes keys of one cache. */
export const removeKeys = (link: RedisLink, keys: readonly string[]): Promise<void> =>
  link.run(async (client) => {
    if (link.cluster) await Promise.all(keys.map((key) => client.unlink(key)));
    else await client.unlink(...keys);
  });

/** Deletes every key with a prefix from one node, in steps. */
async function empty(node: Redis, prefix: string): Promise<void> {
  const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
  let cursor = '0';
  do {
    const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', CHUNK);
    await Promise.all(keys.map((key) => node.unlink(key)));
    cursor = next;
  } while (cursor !== '0');
}

/**
 * @param deps.redisKey the full key of a cache key; of the empty text: the start of all
 * @param deps.announce tells the other nodes
 */
export function createInvalidationDebts(deps: {
  readonly link: RedisLink;
  redisKey(key: string): string;
  announce(keys: readonly string[] | 'all'): Promise<void>;
}): InvalidationDebts {
  const { link, redisKey, announce } = deps;
  const owed = new Set<string>();
  let owesAll = false;
  let paying: Promise<void> | undefined;

  const removeAll = async () => {
    // Longer than one command's deadline in all, so each node is asked by itself and each step has its own.
    const nodes = await link.run(async (client) =>
      link.cluster ? (client as Cluster).nodes('master') : [client as Redis],
    );
    for (const node of nodes) await empty(node, redisKey(''));
  };
  const payNow = async () => {
    if (owesAll) {
      await removeAll();
      owesAll = false;
      await announce('all');
    }
    const keys = [...owed];
    for (let at = 0; at < keys.length; at += CHUNK) {
      const chunk = keys.slice(at, at + CHUNK);
      await removeKeys(link, chunk.map(redisKey));
      for (const key of chunk) owed.delete(key);
      await announce(chunk);
    }
  };
  return {
    includes: (key) => owesAll || owed.has(key),
    owe(keys) {
      for (const key of keys) owed.add(key);
      if (owed.size <= MAX_OWED) return;
      owed.clear();
      owesAll = true;
    },
    pay() {
      if (!owesAll && owed.size === 0) return Promise.resolve();
      paying ??= payNow().finally(() => {
        paying = undefined;
      });
      return paying;
    },
  };
}
