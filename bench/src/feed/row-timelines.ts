import type { Postgres } from '@socialkit/adapters/postgres';
import { MAX_ID_STRING } from '@socialkit/core';
import type { Accounts } from './population.js';
import { pastIds } from './population.js';

const DAY_MS = 24 * 60 * 60_000;

/**
 * Live timelines in the tables of the product, written by the server itself.
 * @param entries of each timeline, of the last hours
 */
export async function fillRowTimelines(
  { pool }: Postgres,
  readers: Accounts,
  entries: number,
  now: number,
): Promise<void> {
  const ids = pastIds(entries, now);
  await pool.query(
    `INSERT INTO feed_timelines (user_id, build, building, floor, oldest, ends_at)
     SELECT $1::bigint + n, $2::bigint, false, 0, $3::bigint, $4::bigint FROM generate_series(0, $5::bigint - 1) AS n`,
    [readers.first, ids.at(-1), MAX_ID_STRING, now + 14 * DAY_MS, readers.count].map(String),
  );
  await pool.query(
    `INSERT INTO feed_entries (user_id, post_id)
     SELECT $1::bigint + n, entry.id FROM generate_series(0, $2::bigint - 1) AS n, unnest($3::bigint[]) AS entry (id)`,
    [readers.first.toString(), readers.count, ids],
  );
  await pool.query('VACUUM ANALYZE feed_timelines');
  await pool.query('VACUUM ANALYZE feed_entries');
}
