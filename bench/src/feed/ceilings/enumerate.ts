import type { Redis } from 'ioredis';
import type pg from 'pg';
import { misskeyKey, misskeyLikePush } from './timelines.js';

/** Followers as row objects, the way every peer reads them. */
export async function followersAsRows(pool: pg.Pool, authorId: string): Promise<string[]> {
  const { rows } = await pool.query<{ follower_id: string }>({
    name: 'bench_followers_as_rows',
    text: 'SELECT follower_id FROM follows WHERE followee_id = $1',
    values: [authorId],
  });
  return rows.map((row) => row.follower_id);
}

/** Misskey-like from end to end: followers as rows, then one pipeline. */
export async function misskeyLikeFanOut(
  pool: pg.Pool,
  redis: Redis,
  authorId: string,
  postId: string,
  random: () => number,
): Promise<number> {
  const followers = await followersAsRows(pool, authorId);
  await misskeyLikePush(redis, followers.map(misskeyKey), postId, random);
  return followers.length;
}
