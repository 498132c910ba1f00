import type { Clock, JobHandler, JobWriter, Logger, UnitOfWork } from '@socialkit/core';
import { type Kysely, sql } from 'kysely';
import type { Postgres } from './connection.js';
import type { Database } from './database.js';
import { dropOldDays, ensureDays } from './day-partitions.js';
import { detachPartitions, ensurePartitions, monthOf } from './partitions.js';

/** The queue of the recurring maintenance job. */
export const MAINTENANCE_QUEUE = 'storage.maintenance';

/** Rows that are worth nothing after their time, all with `expires_at` in Unix milliseconds. */
const EXPIRING = [
  'idempotency_keys',
  'released_handles',
  'mutes',
  'muted_words',
  'muted_threads',
  'realtime_tickets',
  'rec_lists',
  'rec_dismissed',
] as const;
/** Days that events of user streams are kept when nothing is said. */
const STREAM_DAYS = 14;
const DAY_MS = 24 * 60 * 60_000;
/** Rows removed in one statement: short enough to hold nobody up. */
const BATCH = 1000;
/** Rows changed since the last analysis that make a table worth another. */
const STALE_ROWS = 1000;

/** What one round did. */
export interface MaintenanceReport {
  /** Partitions made ahead. */
  readonly partitions: readonly string[];
  /** Partitions of old events detached, of old feed entries dropped. */
  readonly detached: readonly string[];
  /** Expired rows removed, by table. */
  readonly expired: Readonly<Record<string, number>>;
  /** Tables vacuumed and analysed; only where no autovacuum does it, as on PGlite. */
  readonly vacuumed: readonly string[];
}

/** Options of {@link createMaintenance}. */
export interface MaintenanceOptions {
  /** Milliseconds between two rounds. @default 6 hours */
  readonly intervalMs?: number;
  /**
   * Whole months that events and feed entries stay in their tables. Older months of events are detached and left as tables of
   * their own, for the operator to archive or drop; those of feed entries are dropped. Null keeps all. @default 6
   */
  readonly keepMonths?: number | null;
  /** Days that events of user streams can be replayed; who was away for longer reloads. @default 14 */
  readonly keepStreamDays?: number;
}

/** The upkeep a database of ours needs. */
export interface Maintenance {
  /** One round now. Safe beside another process that does the same. */
  run(): Promise<MaintenanceReport>;
  /** The worker of the recurring job. */
  readonly workers: readonly { readonly queue: string; readonly handle: JobHandler }[];
  /** Makes the partitions ahead at once and plans the next round; called at every start, by any number of processes. */
  readonly schedules: readonly (() => Promise<void>)[];
}

async function removeExpired(db: Kysely<Database>, table: string, now: number): Promise<number> {
  let removed = 0;
  for (;;) {
    const result = await sql`DELETE FROM ${sql.table(table)} WHERE ctid IN (
      SELECT ctid FROM ${sql.table(table)} WHERE expires_at <= ${now}::bigint LIMIT ${BATCH})`.execute(db);
    const count = Number(result.numAffectedRows ?? 0);
    removed += count;
    if (count < BATCH) return removed;
  }
}

/** By key, not by place: the table is partitioned, and places repeat. */
async function trimUserStreams(db: Kysely<Database>, before: number): Promise<number> {
  let removed = 0;
  for (;;) {
    const result = await sql`DELETE FROM user_stream_events WHERE (user_id, "offset") IN (
      SELECT user_id, "offset" FROM user_stream_events WHERE at < ${before}::bigint LIMIT ${BATCH})`.execute(
      db,
    );
    const count = Number(result.numAffectedRows ?? 0);
    removed += count;
    if (count < BATCH) return removed;
  }
}

async function vacuumByHand(db: Kysely<Database>): Promise<readonly string[]> {
  // The embedded database has one session, whose own counts are reported late otherwise.
  await sql`SELECT pg_stat_force_next_flush()`.execute(db);
  const { rows } = await sql<{ name: string }>`
    SELECT relname AS name FROM pg_stat_user_tables
    WHERE schemaname = current_schema() AND n_mod_since_analyze + n_dead_tup > ${STALE_ROWS}
      AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'autovacuum launcher')
    ORDER BY relname`.execute(db);
  for (const { name } of rows) await sql`VACUUM (ANALYZE) ${sql.table(name)}`.execute(db);
  return rows.map(({ name }) => name);
}

/**
 * Partitions ahead, expired rows, old months: the recurring job that keeps the database fit.
 *
 * @param deps.unitOfWork of the same database; plans the rounds
 */
export function createMaintenance(
  deps: {
    readonly postgres: Postgres;
    readonly unitOfWork: UnitOfWork<{ readonly jobs: JobWriter }>;
    readonly clock: Clock;
    readonly logger: Logger;
  },
  options: MaintenanceOptions = {},
): Maintenance {
  const { clock, logger, unitOfWork } = deps;
  const { db } = deps.postgres;
  const intervalMs = options.intervalMs ?? 6 * 60 * 60_000;
  const keepMonths = options.keepMonths === undefined ? 6 : options.keepMonths;

  const run = async (): Promise<MaintenanceReport> => {
    const now = clock.now();
    const failures: unknown[] = [];
    // One duty that fails does not keep the others from being done.
    const duty = <T>(work: () => Promise<T>, otherwise: T): Promise<T> =>
      work().catch((error) => {
        failures.push(error);
        return otherwise;
      });
    const partitions = await duty(() => ensurePartitions(db, now), []);
    const detached = await duty(
      async () => (keepMonths === null ? [] : detachPartitions(db, monthOf(now, -keepMonths).start)),
      [],
    );
    const expired: Record<string, number> = {};
    for (const table of EXPIRING) expired[table] = await duty(() => removeExpired(db, table, now), 0);
    const { keepStreamDays = STREAM_DAYS } = options;
    expired.user_stream_events = await duty(() => trimUserStreams(db, now - keepStreamDays * DAY_MS), 0);
    const days = await duty(() => ensureDays(db, now), []);
    const oldDays = await duty(() => dropOldDays(db, now), { dropped: [], removed: 0 });
    expired.an_event = oldDays.removed;
    const vacuumed = await duty(() => vacuumByHand(db), []);
    if (failures.length > 0) throw failures[0];
    return {
      partitions: [...partitions, ...days],
      detached: [...detached, ...oldDays.dropped],
      expired,
      vacuumed,
    };
  };

  const plan = () => {
    const slot = Math.floor(clock.now() / intervalMs) + 1;
    // The slot in the key: any number of processes, and the round itself, plan the same next one.
    return unitOfWork.transact(async ({ jobs }) => {
      await jobs.enqueue(MAINTENANCE_QUEUE, {}, { key: `slot:${slot}`, runAt: slot * intervalMs });
    });
  };

  return {
    run,
    workers: [
      {
        queue: MAINTENANCE_QUEUE,
        async handle() {
          // First: a round that fails for good must not be the last.
          await plan();
          logger.info(await run(), 'database maintained');
        },
      },
    ],
    schedules: [
      async () => {
        await ensurePartitions(db, clock.now());
        await ensureDays(db, clock.now());
        await plan();
      },
    ],
  };
}
