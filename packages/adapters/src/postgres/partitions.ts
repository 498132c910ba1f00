import { firstIdAt, type Id, timeOfId } from '@socialkit/core';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import type { Database } from './database.js';
import { poolBelow } from './driver.js';
import { translateError } from './errors.js';

/** A table kept in one partition a month. */
export interface PartitionedTable {
  readonly name: string;
  /** The id that decides about the month. */
  readonly column: string;
  /** What becomes of old months: kept for ever, detached and left as a table of their own, or dropped. */
  readonly old: 'keep' | 'detach' | 'drop';
}

/** Every table that grows without end. Reactions and feed entries follow their target, so that their unique keys hold. */
export const PARTITIONED_TABLES: readonly PartitionedTable[] = Object.freeze([
  { name: 'posts', column: 'id', old: 'keep' },
  { name: 'comments', column: 'id', old: 'keep' },
  { name: 'reactions', column: 'target_id', old: 'keep' },
  { name: 'events', column: 'id', old: 'detach' },
  { name: 'feed_entries', column: 'post_id', old: 'drop' },
  { name: 'rec_served', column: 'request_id', old: 'drop' },
]);

/** Months made ahead of the current one. */
export const MONTHS_AHEAD = 3;

/** Any fixed number: everybody who makes or detaches partitions in a database takes turns on it. */
const LOCK = 7_305_115_926_218;

/**
 * The end of a CREATE TABLE in a migration, for tables named in {@link PARTITIONED_TABLES}:
 * `db.schema.createTable('posts')….modifyEnd(partitionByMonth('id'))`. The partitions themselves are made by
 * `ensurePartitions`, which every start and `migrate` run.
 */
export const partitionByMonth = (column: string): RawBuilder<unknown> =>
  sql`PARTITION BY RANGE (${sql.ref(column)})`;

/** One month: the suffix of its partitions and the ids it holds, `from` inclusive, `to` exclusive. */
export interface Month {
  readonly suffix: string;
  /** Unix milliseconds. */
  readonly start: number;
  readonly from: Id;
  readonly to: Id;
}

/** The month of an instant, or one `offset` months from it. @param unixMs Unix milliseconds */
export function monthOf(unixMs: number, offset = 0): Month {
  const date = new Date(unixMs);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + offset];
  const start = new Date(Date.UTC(year, month));
  return {
    suffix: `${start.getUTCFullYear()}_${String(start.getUTCMonth() + 1).padStart(2, '0')}`,
    start: start.getTime(),
    from: firstIdAt(start.getTime()),
    to: firstIdAt(Date.UTC(year, month + 1)),
  };
}

/** A partition as the catalogue has it. */
export interface Partition {
  readonly table: string;
  readonly name: string;
  readonly from: Id;
  readonly to: Id;
  /** A DETACH CONCURRENTLY was interrupted. */
  readonly detaching: boolean;
}

/** Partitions of our tables in the schema of the connection. */
export async function listPartitions(db: Kysely<Database>): Promise<readonly Partition[]> {
  const names = PARTITIONED_TABLES.map(({ name }) => name);
  const { rows } = await sql<{ table: string; name: string; bound: string; detaching: boolean }>`
    SELECT parent.relname AS "table", child.relname AS name, i.inhdetachpending AS detaching,
           pg_get_expr(child.relpartbound, child.oid) AS bound
    FROM pg_inherits i
    JOIN pg_class parent ON parent.oid = i.inhparent
    JOIN pg_class child ON child.oid = i.inhrelid
    WHERE parent.relnamespace = current_schema()::regnamespace AND parent.relkind = 'p'
      AND parent.relname = ANY(${names}::text[])
    ORDER BY parent.relname, child.relname`.execute(db);
  return rows.flatMap(({ bound, ...row }) => {
    const [, from, to] = /FROM \('?(\d+)'?\) TO \('?(\d+)'?\)/.exec(bound) ?? [];
    return from === undefined || to === undefined ? [] : [{ ...row, from, to }];
  });
}

/** Our partitioned tables that exist, as far as the migrations have come. */
async function existingTables(db: Kysely<Database>): Promise<readonly PartitionedTable[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT relname AS name FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'p'`.execute(db);
  const found = new Set(rows.map(({ name }) => name));
  return PARTITIONED_TABLES.filter(({ name }) => found.has(name));
}

/** A table and a month that has no partition. */
interface Gap {
  readonly table: PartitionedTable;
  readonly month: Month;
}

async function findGaps(db: Kysely<Database>, months: readonly Month[]): Promise<readonly Gap[]> {
  const partitions = await listPartitions(db);
  const covers = (table: string, month: Month) =>
    partitions.some(
      (partition) =>
        partition.table === table &&
        BigInt(partition.from) <= BigInt(month.from) &&
        BigInt(partition.to) >= BigInt(month.to),
    );
  return (await existingTables(db)).flatMap((table) =>
    months.filter((month) => !covers(table.name, month)).map((month) => ({ table, month })),
  );
}

/** Months from the one of `unixMs` to {@link MONTHS_AHEAD} later that lack a partition, as `table_suffix` names. */
export async function missingPartitions(db: Kysely<Database>, unixMs: number): Promise<readonly string[]> {
  const months = Array.from({ length: MONTHS_AHEAD + 1 }, (_, offset) => monthOf(unixMs, offset));
  return (await findGaps(db, months)).map(({ table, month }) => `${table.name}_${month.suffix}`);
}

async function fill(db: Kysely<Database>, months: readonly Month[]): Promise<readonly string[]> {
  if ((await findGaps(db, months)).length === 0) return [];
  return db.transaction().execute(async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(tx);
    const made: string[] = [];
    // Looked for again: whoever held the lock may have made them.
    for (const { table, month } of await findGaps(tx, months)) {
      const name = `${table.name}_${month.suffix}`;
      // CREATE … PARTITION OF would wait behind every reader of the table; ATTACH does not. A month that was detached
      // before comes back with its rows.
      await sql`CREATE TABLE IF NOT EXISTS ${sql.table(name)} (LIKE ${sql.table(table.name)}
        INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE)`.execute(tx);
      await sql`ALTER TABLE ${sql.table(table.name)} ATTACH PARTITION ${sql.table(name)}
        FOR VALUES FROM (${sql.lit(month.from)}) TO (${sql.lit(month.to)})`.execute(tx);
      made.push(name);
    }
    return made;
  });
}

/**
 * Makes the partitions of the month of `now` and of the {@link MONTHS_AHEAD} after it. Idempotent, safe beside others who do
 * the same, and does not block readers or writers.
 *
 * @param now Unix milliseconds
 * @returns the names of what was made
 */
export const ensurePartitions = (db: Kysely<Database>, now: number): Promise<readonly string[]> =>
  fill(
    db,
    Array.from({ length: MONTHS_AHEAD + 1 }, (_, offset) => monthOf(now, offset)),
  );

/** Makes the partitions of the month an id belongs to: for rows filed under an old or future id. */
export const ensurePartitionOf = (db: Kysely<Database>, id: Id): Promise<readonly string[]> =>
  fill(db, [monthOf(timeOfId(id))]);

/** Milliseconds a detachment may wait for the transactions that use the table. */
const DETACH_PATIENCE_MS = 10 * 60_000;

/** A session of our own without the deadlines of the pool; it takes turns with everybody who changes partitions. */
async function inTurn<T>(
  db: Kysely<Database>,
  otherwise: T,
  work: (run: (text: string) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const pool = poolBelow(db);
  if (!pool) throw new TypeError('partitions are detached outside of transactions');
  const client = await pool.connect().catch((error) => {
    throw translateError(error);
  });
  let broken = false;
  const run = (text: string) => client.query({ text, query_timeout: DETACH_PATIENCE_MS } as pg.QueryConfig);
  try {
    const { rows } = await run(`SELECT pg_try_advisory_lock(${LOCK}) AS locked,
      current_setting('statement_timeout') AS timeout`);
    const [session] = rows as { locked: boolean; timeout: string }[];
    if (!session?.locked) return otherwise;
    try {
      await run(`SET statement_timeout TO ${DETACH_PATIENCE_MS}`);
      return await work(run);
    } finally {
      await run(`SET statement_timeout TO '${session.timeout}'; SELECT pg_advisory_unlock(${LOCK})`);
    }
  } catch (error) {
    // Its lock and settings must not go back into the pool.
    broken = true;
    throw translateError(error);
  } finally {
    client.release(broken);
  }
}

/**
 * Detaches the partitions that end before `before`, of tables that allow it, without blocking readers or writers, and finishes
 * what an earlier run left half done. Posts, comments and reactions stay. Does nothing while somebody else does the same.
 *
 * @param before Unix milliseconds
 * @returns the names of what was detached or dropped
 */
export async function detachPartitions(db: Kysely<Database>, before: number): Promise<readonly string[]> {
  const limit = BigInt(firstIdAt(before));
  const due = (await listPartitions(db)).flatMap((partition) => {
    const old = PARTITIONED_TABLES.find(({ name }) => name === partition.table)?.old ?? 'keep';
    const ended = partition.detaching || BigInt(partition.to) <= limit;
    return old !== 'keep' && ended ? [{ ...partition, old }] : [];
  });
  if (due.length === 0) return [];
  return inTurn(db, [], async (run) => {
    for (const { table, name, detaching, old } of due) {
      // CONCURRENTLY, which no transaction block allows: nobody waits for it, it waits for them.
      await run(
        `ALTER TABLE "${table}" DETACH PARTITION "${name}" ${detaching ? 'FINALIZE' : 'CONCURRENTLY'}`,
      );
      if (old === 'drop') await run(`DROP TABLE "${name}"`);
    }
    return due.map(({ name }) => name);
  });
}
