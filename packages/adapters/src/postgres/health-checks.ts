import { MAX_NODE, systemClock } from '@socialkit/core';
import { sql } from 'kysely';
import type { Postgres } from './connection.js';
import { pendingMigrations } from './migrate.js';
import { listPartitions, missingPartitions, monthOf, PARTITIONED_TABLES } from './partitions.js';

/** What a check found; `detail` says what to do unless all is well. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
}

type Verdict = Omit<Finding, 'name'>;
interface Check {
  readonly name: string;
  run(postgres: Postgres): Promise<Verdict>;
}

const ok = (detail: string): Verdict => ({ state: 'ok', detail });
const warn = (detail: string): Verdict => ({ state: 'warn', detail });
const fail = (detail: string): Verdict => ({ state: 'fail', detail });

/** Oldest server the SQL is written for. */
const OLDEST_SERVER = 150_000;
/** Milliseconds the clocks may differ: node leases and schedules compare them. */
const CLOCK_SKEW_MS = 2000;
/** Minutes a transaction may be open before it hurts: the jobs table cannot be cleaned meanwhile. */
const LONG_TRANSACTION_MINUTES = 5;
/** Minutes a job may be due before it seems that nobody works. */
const LATE_JOB_MINUTES = 5;
/** Bytes of the jobs table that are worth a look. */
const LARGE_JOBS_TABLE = 64 * 1024 * 1024;

const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`;
const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;
const some = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;

const connection: Check = {
  name: 'connection',
  async run({ db }) {
    await sql`SELECT 1`.execute(db);
    const began = performance.now();
    await sql`SELECT 1`.execute(db);
    return ok(`answers in ${(performance.now() - began).toFixed(1)} ms`);
  },
};

const version: Check = {
  name: 'version',
  async run({ db }) {
    const { rows } = await sql<{ number: number; text: string }>`
      SELECT current_setting('server_version_num')::integer AS number,
             current_setting('server_version') AS text`.execute(db);
    const { number = 0, text = '' } = rows[0] ?? {};
    return number >= OLDEST_SERVER
      ? ok(`PostgreSQL ${text}`)
      : fail(`PostgreSQL ${text}; 15 or later is needed`);
  },
};

const clock: Check = {
  name: 'clock',
  async run({ db }) {
    const before = Date.now();
    const { rows } = await sql<{ now: number }>`
      SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`.execute(db);
    const skew = Math.round((rows[0]?.now ?? 0) - (before + Date.now()) / 2);
    return Math.abs(skew) <= CLOCK_SKEW_MS
      ? ok('agrees with this machine')
      : warn(`differs from this machine by ${skew} ms; synchronise both`);
  },
};

const migrations: Check = {
  name: 'migrations',
  async run(postgres) {
    const pending = await pendingMigrations(postgres);
    return pending.length === 0
      ? ok('up to date')
      : fail(`${pending.length} pending (${some(pending)}); run socialkit migrate`);
  },
};

const settings: Check = {
  name: 'settings',
  async run({ db }) {
    const { rows } = await sql<{ name: string }>`
      SELECT name FROM pg_settings WHERE name IN ('fsync', 'autovacuum', 'full_page_writes') AND setting = 'off'
        AND EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'checkpointer')`.execute(db);
    return rows.length === 0
      ? ok('durable, vacuumed')
      : warn(`${some(rows.map(({ name }) => name))} off: data may be lost or tables bloat`);
  },
};

const partitions: Check = {
  name: 'partitions',
  async run({ db }) {
    const now = systemClock.now();
    const missing = await missingPartitions(db, now);
    const current = monthOf(now).suffix;
    if (missing.some((name) => name.endsWith(current)))
      return fail(`none for this month (${some(missing)}); run socialkit migrate`);
    if (missing.length > 0)
      return warn(`not all made ahead (${some(missing)}); is a worker running? socialkit migrate makes them`);
    const all = await listPartitions(db);
    const half = all.filter(({ detaching }) => detaching).map(({ name }) => name);
    if (half.length > 0)
      return warn(`detaching was interrupted (${some(half)}); the next maintenance finishes it`);
    return ok(`${all.length}, three months ahead`);
  },
};

const detached: Check = {
  name: 'old events',
  async run({ db }) {
    const pattern = `^(${PARTITIONED_TABLES.map(({ name }) => name).join('|')})_[0-9]{4}_[0-9]{2}$`;
    const { rows } = await sql<{ name: string; bytes: string }>`
      SELECT relname AS name, pg_total_relation_size(oid) AS bytes FROM pg_class
      WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND NOT relispartition
        AND relname ~ ${pattern} ORDER BY relname`.execute(db);
    if (rows.length === 0) return ok('nothing detached');
    const bytes = rows.reduce((sum, row) => sum + Number(row.bytes), 0);
    return ok(`detached: ${some(rows.map(({ name }) => name))} (${mebibytes(bytes)}); archive or drop them`);
  },
};

/** @param mins transactions open for longer are reported */
export const transactionsCheck = (mins: number): Check => ({
  name: 'transactions',
  async run({ db }) {
    const { rows } = await sql<{ pid: number; age: number; state: string | null; who: string }>`
      SELECT pid, (extract(epoch FROM clock_timestamp() - xact_start) * 1000)::float8 AS age, state,
             coalesce(nullif(application_name, ''), usename, '') AS who
      FROM pg_stat_activity
      WHERE xact_start < clock_timestamp() - make_interval(mins => ${mins})
        AND datname = current_database() AND pid <> pg_backend_pid()
      ORDER BY xact_start LIMIT 5`.execute(db);
    const [oldest] = rows;
    if (!oldest) return ok('none open for long');
    return warn(
      `open for ${minutes(oldest.age)}: process ${oldest.pid} (${oldest.who}, ${oldest.state ?? 'unknown'}); ` +
        'nothing that was deleted since can be cleaned up, jobs get slow',
    );
  },
});

const bloat: Check = {
  name: 'jobs table',
  async run({ db }) {
    const { rows } = await sql<{ bytes: string; live: string; dead: string }>`
      SELECT pg_total_relation_size('jobs') AS bytes, n_live_tup AS live, n_dead_tup AS dead
      FROM pg_stat_user_tables WHERE schemaname = current_schema() AND relname = 'jobs'`.execute(db);
    const row = rows[0] ?? { bytes: '0', live: '0', dead: '0' };
    const [bytes, live, dead] = [Number(row.bytes), Number(row.live), Number(row.dead)];
    const figures = `${mebibytes(bytes)}, about ${live} rows and ${dead} dead ones`;
    return bytes > LARGE_JOBS_TABLE && dead > live
      ? warn(`${figures}; look for long transactions, then VACUUM FULL jobs at a quiet time`)
      : ok(figures);
  },
};

const backlog: Check = {
  name: 'jobs due',
  async run({ db }) {
    const now = systemClock.now();
    const { rows } = await sql<{ queue: string; count: number; since: string }>`
      SELECT queue, count(*)::integer AS count, min(run_at) AS since FROM jobs
      WHERE dead_at IS NULL AND run_at <= ${now}::bigint GROUP BY queue ORDER BY min(run_at)`.execute(db);
    const [oldest] = rows;
    if (!oldest) return ok('none waiting');
    const waiting = rows.reduce((sum, { count }) => sum + count, 0);
    const late = now - Number(oldest.since);
    return late > LATE_JOB_MINUTES * 60_000
      ? warn(`${waiting} waiting, ${oldest.queue} for ${minutes(late)}; is a worker running for it?`)
      : ok(`${waiting} waiting`);
  },
};

const deadLetters: Check = {
  name: 'dead letters',
  async run({ db }) {
    const { rows } = await sql<{ queue: string; count: number }>`
      SELECT queue, count(*)::integer AS count FROM jobs WHERE dead_at IS NOT NULL
      GROUP BY queue ORDER BY count(*) DESC, queue`.execute(db);
    return rows.length === 0
      ? ok('none')
      : warn(`${some(rows.map(({ queue, count }) => `${queue} ${count}`))}; see socialkit jobs dead`);
  },
};

const nodes: Check = {
  name: 'nodes',
  async run({ db }) {
    const { rows } = await sql<{ held: number }>`
      SELECT count(*)::integer AS held FROM nodes WHERE leased_until > ${systemClock.now()}::bigint`.execute(
      db,
    );
    const held = rows[0]?.held ?? 0;
    const figures = `${held} of ${MAX_NODE + 1} numbers leased`;
    return held > MAX_NODE * 0.9 ? warn(`${figures}; processes that find none do not start`) : ok(figures);
  },
};

/** Checks of the database in the order of their dependence. */
export const DATABASE_CHECKS: readonly Check[] = [
  connection,
  version,
  clock,
  settings,
  migrations,
  partitions,
  detached,
  transactionsCheck(LONG_TRANSACTION_MINUTES),
  bloat,
  backlog,
  deadLetters,
  nodes,
];
