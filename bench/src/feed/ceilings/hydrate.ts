import type pg from 'pg';

/**
 * The bare hydrate: 20 posts with author, counts, own like and blocks, as one named statement, rows as they come. What
 * a page costs when somebody writes the obvious SQL well. `$1` viewer, `$2` ids, `$3` and `$4` their bounds.
 *
 * LIMIT 1 makes each post a probe of the primary key. Without it the planner may scan everything between the bounds, and what
 * the statement costs depends on how far apart the posts of a page lie.
 */
export const BARE_HYDRATE = {
  name: 'bench_bare_hydrate',
  text: `
SELECT p.id, p.text, p.type, p.visibility, p.reaction_count, p.comment_count, p.repost_count,
       a.id AS author_id, a.handle, a.display_name, a.avatar,
       EXISTS (SELECT FROM reactions r WHERE r.target_id = p.id AND r.user_id = $1::bigint AND r.kind = 'like') AS liked
FROM unnest($2::bigint[]) WITH ORDINALITY AS wanted(id, at)
CROSS JOIN LATERAL (
  SELECT posts.id, posts.author_id, posts.status, posts.text, posts.type, posts.visibility,
    posts.reaction_count, posts.comment_count, posts.repost_count
  FROM posts WHERE posts.id = wanted.id AND posts.id BETWEEN $3::bigint AND $4::bigint LIMIT 1
) AS p
JOIN accounts a ON a.id = p.author_id
WHERE p.status = 'published'
  AND NOT EXISTS (SELECT FROM blocks b WHERE b.blocker_id = $1::bigint AND b.blocked_id = p.author_id)
  AND NOT EXISTS (SELECT FROM blocks b WHERE b.blocker_id = p.author_id AND b.blocked_id = $1::bigint)
ORDER BY wanted.at`,
} as const;

const bounds = (ids: readonly string[]): [string, string] => {
  let [lo, hi] = [BigInt(ids[0]!), BigInt(ids[0]!)];
  for (const id of ids) {
    const value = BigInt(id);
    if (value < lo) lo = value;
    if (value > hi) hi = value;
  }
  return [lo.toString(), hi.toString()];
};

/** Runs {@link BARE_HYDRATE} as pg runs a named statement: nothing of ours in between. */
export const bareHydrate = (
  pool: pg.Pool,
  viewer: string,
  ids: readonly string[],
): Promise<pg.QueryResult> => {
  const [lo, hi] = bounds(ids);
  return pool.query({ ...BARE_HYDRATE, values: [viewer, ids, lo, hi] });
};
