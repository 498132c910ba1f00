import type { Postgres } from '@socialkit/adapters/postgres';

/** Rows one statement writes. */
const ROWS = 20_000;

function* chunks<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += ROWS) yield rows.slice(at, at + ROWS);
}

/** Makes accounts with the ids of a file: whole numbers, so that ties go to the lower one. */
export async function addAccounts({ pool }: Postgres, ids: readonly string[]): Promise<void> {
  for (const part of chunks(ids))
    await pool.query(
      `INSERT INTO accounts (id, handle, handle_skeleton, display_name, created_at, updated_at)
       SELECT id, 'u' || id, 'u' || id, 'User ' || id, 0, 0 FROM unnest($1::bigint[]) AS id`,
      [part],
    );
}

/** Makes follows, the first the oldest, and counts them. */
export async function addFollows(
  { pool }: Postgres,
  edges: readonly (readonly [string, string])[],
): Promise<void> {
  let from = 1;
  for (const part of chunks(edges)) {
    await pool.query(
      `INSERT INTO follows (follower_id, followee_id, id)
       SELECT e.a, e.b, $3::bigint + e.n FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS e (a, b, n)
       ON CONFLICT DO NOTHING`,
      [part.map(([a]) => a), part.map(([, b]) => b), from],
    );
    from += part.length;
  }
  await pool.query(`
    UPDATE accounts SET
      following_count = (SELECT count(*) FROM follows WHERE follower_id = accounts.id),
      follower_count = (SELECT count(*) FROM follows WHERE followee_id = accounts.id)`);
  await pool.query('ANALYZE');
}

/** Makes friendships, both ways. */
export async function addFriends(
  { pool }: Postgres,
  pairs: readonly (readonly [string, string])[],
): Promise<void> {
  for (const part of chunks(pairs))
    await pool.query(
      `INSERT INTO friendships (user_id, friend_id, id)
       SELECT x.a, x.b, 1 FROM (
         SELECT e.a, e.b FROM unnest($1::bigint[], $2::bigint[]) AS e (a, b)
         UNION SELECT e.b, e.a FROM unnest($1::bigint[], $2::bigint[]) AS e (a, b)
       ) AS x WHERE x.a <> x.b ON CONFLICT DO NOTHING`,
      [part.map(([a]) => a), part.map(([, b]) => b)],
    );
}
