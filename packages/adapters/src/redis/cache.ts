import { randomUUID } from 'node:crypto';
import {
  type Cache,
  type Clock,
  type Logger,
  type RealtimeTransport,
  silentLogger,
  systemClock,
} from '@socialkit/core';
import { createFlights } from '../cache/flights.js';
import { createInvalidationLog } from '../cache/invalidations.js';
import { cacheKey } from '../cache/key.js';
import type { LruStore } from '../cache/lru.js';
import type { RedisLink } from './connection.js';
import { createInvalidationDebts, removeKeys } from './invalidation-debts.js';
import { defineScript } from './script.js';

/** Options of {@link createRedisCache}. */
export interface RedisCacheOptions {
  /** Milliseconds an entry stays in the process at most: how stale it can be when an invalidation is lost. @default 15000 */
  readonly localTtlMs?: number;
}

/** Milliseconds a lease to fill a key lives: a loader that takes longer does not get its result stored. */
const LEASE_MS = 10_000;
/** While Redis is down invalidations of other nodes do not arrive either, so little is kept, and briefly. */
const OUTAGE_TTL_MS = 2000;
const CHANNEL = 'cache.invalidated';

// A key holds `V<expiry>:<value>` or `L<token>`, the lease of the one loader whose result may be stored. An invalidation
// deletes either, so a result loaded before it never comes in after it.
const CLAIM = defineScript(`
local held = redis.call('GET', KEYS[1])
if held then return held end
redis.call('SET', KEYS[1], 'L' .. ARGV[1], 'PX', ARGV[2])
return false
`);
const FILL = defineScript(`
if redis.call('GET', KEYS[1]) == 'L' .. ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return 1
end
return 0
`);
const RELEASE = defineScript(`
if redis.call('GET', KEYS[1]) == 'L' .. ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`);

interface Held {
  readonly value: string;
  /** Unix milliseconds; the tier in the process keeps nothing longer than Redis does. */
  readonly expiresAt: number;
}

const write = (value: string, expiresAt: number): string => `V${Math.ceil(expiresAt).toString(36)}:${value}`;

/** What a key holds, or null for a lease and for nothing. */
const read = (text: unknown): Held | null => {
  if (typeof text !== 'string' || !text.startsWith('V')) return null;
  const colon = text.indexOf(':');
  return { value: text.slice(colon + 1), expiresAt: Number.parseInt(text.slice(1, colon), 36) };
};

interface Invalidation {
  readonly from: string;
  readonly keys: readonly string[] | 'all';
}

const parseInvalidation = (message: string): Invalidation | null => {
  try {
    return JSON.parse(message) as Invalidation;
  } catch {
    return null;
  }
};

/**
 * The cache shared by all nodes, with an optional tier in the process.
 *
 * Guarantees: a value loaded before an invalidation is not stored after it, on whatever node either happened; an
 * invalidation reaches every node's own tier through `transport`, and what is lost on the way ages out in `localTtlMs`.
 * While Redis is down everything is a miss (the tier in the process keeps values for two seconds), and invalidations
 * are owed to Redis and paid when it is back; only those of a process that dies meanwhile age out.
 */
export function createRedisCache(
  deps: {
    readonly link: RedisLink;
    /** The tier in the process; needs `transport` to hear of invalidations elsewhere. @default none */
    readonly local?: LruStore;
    readonly transport?: RealtimeTransport & { onGap?(listener: () => void): () => void };
    readonly clock?: Clock;
    readonly logger?: Logger;
  },
  options: RedisCacheOptions = {},
): Cache {
  const { link, local, transport, clock = systemClock } = deps;
  const { localTtlMs = 15_000 } = options;
  const logger = deps.logger ?? silentLogger;
  const flights = createFlights();
  const invalidations = createInvalidationLog();
  const self = randomUUID();
  let closed = false;

  const redisKey = (key: string) => link.key(`c:${key}`);
  const announce = async (keys: Invalidation['keys']) => {
    await transport?.publish(CHANNEL, JSON.stringify({ from: self, keys }));
  };
  const debts = createInvalidationDebts({ link, redisKey, announce });

  /** Runs a call to Redis; undefined when it failed. The first success after an outage pays what is owed. */
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      const result = await work();
      void debts.pay().catch(() => {});
      return result;
    } catch (error) {
      logger.debug({ reason: error instanceof Error ? error.message : 'unknown' }, 'no Redis to cache in');
      return undefined;
    }
  };
  const stopPaying = link.onConnect(() => void debts.pay().catch(() => {}));

  const keep = (key: string, { value, expiresAt }: Held, mark: number) => {
    if (closed || invalidations.since(key, mark)) return;
    local?.set(key, value, Math.min(expiresAt - clock.now(), localTtlMs));
  };
  const drop = (key: string) => {
    invalidations.note(key);
    flights.forget(key);
    local?.delete(key);
  };
  const dropAll = () => {
    invalidations.noteAll();
    flights.forgetAll();
    local?.clear();
  };
  const listening = transport?.subscribe(CHANNEL, (message) => {
    const heard = parseInvalidation(message);
    if (heard === null || heard.from === self) return;
    if (heard.keys === 'all') dropAll();
    else for (const key of heard.keys) drop(key);
  });
  const stopGap = transport?.onGap?.(dropAll);

  const believe = (key: string, text: unknown): Held | null => (debts.includes(key) ? null : read(text));

  const readMany = (keys: readonly string[]) =>
    link.run(async (client) =>
      link.cluster
        ? await Promise.all(keys.map((key) => client.get(redisKey(key))))
        : await client.mget(...keys.map(redisKey)),
    );

  /** Asks Redis for a value or for the lease to fill it, loads where there is no value, fills where it has the lease. */
  const load = async (key: string, ttlMs: number, loader: () => Promise<string>): Promise<string> => {
    const mark = invalidations.mark();
    const token = randomUUID();
    const held = closed
      ? undefined
      : await attempt(() => CLAIM.run(link, [redisKey(key)], [token, LEASE_MS]));
    const known = believe(key, held);
    if (known) {
      keep(key, known, mark);
      return known.value;
    }
    const leased = held === null;
    const loaded = loader();
    if (leased) loaded.catch(() => attempt(() => RELEASE.run(link, [redisKey(key)], [token])));
    const value = await loaded;
    const fresh = (lifeMs: number): Held => ({ value, expiresAt: clock.now() + lifeMs });
    if (held === undefined) keep(key, fresh(OUTAGE_TTL_MS), mark);
    if (!leased) return value;
    const text = write(value, fresh(ttlMs).expiresAt);
    const filled = await attempt(() => FILL.run(link, [redisKey(key)], [token, text, Math.ceil(ttlMs)]));
    if (filled === 1) keep(key, fresh(ttlMs), mark);
    return value;
  };

  return {
    async getMany(namespace, names) {
      const found = new Map<string, string>();
      const missing: string[] = [];
      for (const name of names) {
        const value = local?.get(cacheKey(namespace, name));
        if (value === undefined) missing.push(name);
        else found.set(name, value);
      }
      if (missing.length === 0 || closed) return found;
      const mark = invalidations.mark();
      const keys = missing.map((name) => cacheKey(namespace, name));
      const values = (await attempt(() => readMany(keys))) ?? [];
      values.forEach((text, i) => {
        const key = keys[i] as string;
        const held = believe(key, text);
        if (held === null) return;
        found.set(missing[i] as string, held.value);
        keep(key, held, mark);
      });
      return found;
    },
    async setMany(namespace, entries, ttlMs) {
      if (closed || entries.size === 0 || ttlMs <= 0) return;
      const mark = invalidations.mark();
      const pairs = [...entries].map(([name, value]) => [cacheKey(namespace, name), value] as const);
      const px = Math.ceil(ttlMs);
      const expiresAt = clock.now() + ttlMs;
      const done = await attempt(() =>
        link.run((client) =>
          Promise.all(
            pairs.map(([key, value]) => client.set(redisKey(key), write(value, expiresAt), 'PX', px)),
          ),
        ),
      );
      const stays = done === undefined ? Math.min(expiresAt, clock.now() + OUTAGE_TTL_MS) : expiresAt;
      for (const [key, value] of pairs) keep(key, { value, expiresAt: stays }, mark);
    },
    async invalidate(namespace, names) {
      if (closed || names.length === 0) return;
      const keys = names.map((name) => cacheKey(namespace, name));
      for (const key of keys) drop(key);
      const removed = await attempt(() => removeKeys(link, keys.map(redisKey)).then(() => true));
      if (!removed) debts.owe(keys);
      // Again: a read of this node may have put the old value back between the two.
      for (const key of keys) drop(key);
      await announce(keys);
    },
    async fetch(namespace, name, ttlMs, loader) {
      const key = cacheKey(namespace, name);
      return local?.get(key) ?? flights.share(key, () => load(key, ttlMs, loader));
    },
    async close() {
      if (closed) return;
      closed = true;
      stopPaying();
      stopGap?.();
      dropAll();
      await (await listening)?.();
    },
  };
}
