import type { Redis } from 'ioredis';
import { inFlight } from '../../harness/load.js';

/** Entries a timeline keeps, and how many more it may hold before it is trimmed. */
export const KEEP = 400;
export const SLACK = 100;

/** Keys of the ceilings' own populations: one each, so that what one way trims is not missing to another. */
export const luaKey = (user: string): string => `tl:${user}`;
export const listKey = (user: string): string => `home:${user}`;
export const misskeyKey = (user: string): string => `list:homeTimeline:${user}`;
export const mastodonKey = (user: string): string => `feed:home:${user}`;

/** Entries Misskey keeps of a home. */
export const MISSKEY_KEEP = 300;

/** A score Mastodon would give an id. */
export const mastodonScore = (postId: string): number => Number(BigInt(postId) >> 11n);

const PUSH = `
local pushed = 0
for i = 1, #KEYS do
  local n = redis.call('RPUSHX', KEYS[i], ARGV[1])
  if n > 0 then
    pushed = pushed + 1
    if n > ${KEEP + SLACK} then redis.call('LTRIM', KEYS[i], -${KEEP}, -1) end
  end
end
return pushed`;

/** Loads the ceiling's script. @returns its name on the server */
export const loadPush = async (redis: Redis): Promise<string> => (await redis.script('LOAD', PUSH)) as string;

/** Sends one script call over a slice of keys: the bare ceiling, ids in memory, no product code. */
export async function luaPush(
  redis: Redis,
  sha: string,
  keys: readonly string[],
  postId: string,
  options: { readonly perCall: number; readonly width: number },
): Promise<void> {
  const calls: string[][] = [];
  for (let at = 0; at < keys.length; at += options.perCall) calls.push(keys.slice(at, at + options.perCall));
  await inFlight(calls, options.width, (call) => redis.evalsha(sha, call.length, ...call, postId));
}

/** `LPUSH` then `LTRIM`, each awaited, 25 users in flight. */
export const awaitedPush = (redis: Redis, keys: readonly string[], postId: string): Promise<void> =>
  inFlight(keys, 25, async (key) => {
    await redis.lpush(key, postId);
    await redis.ltrim(key, 0, KEEP - 1);
  });

/**
 * As Mastodon's feed manager pushes: existence, add to a sorted set, trim by rank, reblog bookkeeping, size; five awaited
 * commands a follower, 25 followers in flight.
 */
export const mastodonLikePush = (redis: Redis, users: readonly string[], postId: string): Promise<void> =>
  inFlight(users, 25, async (user) => {
    const key = mastodonKey(user);
    await redis.exists(key);
    await redis.zadd(key, mastodonScore(postId), postId);
    await redis.zremrangebyrank(key, 0, -(KEEP + 1));
    await redis.zrem(`${key}:reblogs`, postId);
    await redis.zcard(key);
  });

/** As Misskey's fan-out timeline service pushes: one pipeline, `LPUSH` a follower, `LTRIM` with one chance in ten. */
export async function misskeyLikePush(
  redis: Redis,
  keys: readonly string[],
  postId: string,
  random: () => number,
): Promise<void> {
  // Misskey's own comment: pipelines near 30k commands fail, so large ones are split.
  for (let at = 0; at < keys.length; at += 10_000) {
    const pipeline = redis.pipeline();
    for (const key of keys.slice(at, at + 10_000)) {
      pipeline.lpush(key, postId);
      if (random() < 0.1) pipeline.ltrim(key, 0, MISSKEY_KEEP - 1);
    }
    await pipeline.exec();
  }
}
