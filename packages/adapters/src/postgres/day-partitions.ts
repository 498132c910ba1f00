import { type Kysely, sql } from 'kysely';
import type { Database } from './database.js';

/** Days of the analytics' log made ahead of the current one. */
export const DAYS_AHEAD = 3;
/** Days the log keeps, and the two in which what it took last is rolled up: see `firstOpenDay`. */
const KEEP_DAYS = 92;
/** Days that hours and quarters of hours stay beside their days. */
const KEEP_HOURS_DAYS = 400;
const DAY_MS = 86_400_000;
const PREFIX = 'an_event_d';
/** Any fixed number: who makes or drops days takes turns. */
const LOCK = 7_305_115_926_220;

const nameOf = (day: number): string => `${PREFIX}${day}`;

async function daysWithPartitions(db: Kysely<Database>): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ name: string }>`
    SELECT child.relname AS name FROM pg_inherits AS i
    JOIN pg_class AS parent ON parent.oid = i.inhparent
    JOIN pg_class AS child ON child.oid = i.inhrelid
    WHERE parent.relnamespace = current_schema()::regnamespace AND parent.relname = 'an_event'`.execute(db);
  return new Set(
    rows.flatMap(({ name }) => (name.startsWith(PREFIX) ? [Number(name.slice(PREFIX.length))] : [])),
  );
}

/**
 * Makes the partitions of the analytics' log for today and the {@link DAYS_AHEAD} after. A day whose events came before its
 * partition stays where they are, with the other late ones. Idempotent, safe beside others.
 *
 * @param now Unix milliseconds
 * @returns the names of what was made
 */
export async function ensureDays(db: Kysely<Database>, now: number): Promise<readonly string[]> {
  const today = Math.floor(now / DAY_MS);
  const wanted = Array.from({ length: DAYS_AHEAD + 1 }, (_, ahead) => today + ahead);
  const there = await daysWithPartitions(db);
  if (wanted.every((day) => there.has(day))) return [];
  return db.transaction().execute(async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(tx);
    // Attaching waits for writers of late events: rather not now than for long.
    await sql`SET LOCAL lock_timeout = '2s'`.execute(tx);
    const made: string[] = [];
    const found = await daysWithPartitions(tx);
    for (const day of wanted) {
      if (found.has(day)) continue;
      const { rows } = await sql`SELECT FROM an_event_other WHERE day = ${day}::integer LIMIT 1`.execute(tx);
      if (rows.length > 0) continue;
      await sql`CREATE TABLE ${sql.table(nameOf(day))} (LIKE an_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`.execute(
        tx,
      );
      await sql`ALTER TABLE an_event ATTACH PARTITION ${sql.table(nameOf(day))}
        FOR VALUES FROM (${sql.lit(day)}) TO (${sql.lit(day + 1)})`.execute(tx);
      made.push(nameOf(day));
    }
    return made;
  });
}

/**
 * Drops days of the log that are closed, with late events of such days, and hours whose days have long been counted. Counts are
 * not touched: days and totals stay.
 *
 * @param now Unix milliseconds
 * @returns the names of the partitions that are gone, and how many rows went otherwise
 */
export async function dropOldDays(
  db: Kysely<Database>,
  now: number,
): Promise<{ readonly dropped: readonly string[]; readonly removed: number }> {
  const first = Math.floor(now / DAY_MS) - KEEP_DAYS;
  const old = [...(await daysWithPartitions(db))].filter((day) => day < first);
  for (const day of old)
    await db.transaction().execute(async (tx) => {
      await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(tx);
      await sql`SET LOCAL lock_timeout = '2s'`.execute(tx);
      await sql`DROP TABLE IF EXISTS ${sql.table(nameOf(day))}`.execute(tx);
    });
  const hours = (Math.floor(now / DAY_MS) - KEEP_HOURS_DAYS) * 24;
  const gone = await Promise.all([
    sql`DELETE FROM an_event_other WHERE day < ${first}::integer`.execute(db),
    sql`DELETE FROM an_rollup WHERE (span = 1 AND start < ${hours}::integer)
      OR (span = 0 AND start < ${hours * 4}::integer)`.execute(db),
    sql`DELETE FROM an_fan WHERE day < ${hours / 24}::integer`.execute(db),
    sql`DELETE FROM an_active WHERE day < ${hours / 24}::integer`.execute(db),
  ]);
  return {
    dropped: old.map(nameOf),
    removed: gone.reduce((sum, { numAffectedRows }) => sum + Number(numAffectedRows ?? 0), 0),
  };
}
