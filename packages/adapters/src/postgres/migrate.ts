import { SocialError, systemClock } from '@socialkit/core';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { openPostgres, type Postgres, type PostgresOptions } from './connection.js';
import { sqlStateOf, translateError } from './errors.js';
import { migrations } from './migrations.js';
import { ensurePartitions } from './partitions.js';

const migratorOf = (postgres: Postgres): Migrator =>
  new Migrator({
    db: postgres.db,
    provider: { getMigrations: async (): Promise<Record<string, Migration>> => ({ ...migrations }) },
    migrationTableSchema: postgres.schema,
    migrationTableName: 'migrations',
    migrationLockTableName: 'migrations_lock',
    // Slices number their migrations by themselves; an installed package may bring an older number later.
    allowUnorderedMigrations: true,
  });

async function createSchema(postgres: Postgres): Promise<void> {
  try {
    await sql`CREATE SCHEMA IF NOT EXISTS ${sql.id(postgres.schema)}`.execute(postgres.db);
  } catch (error) {
    // Two starters at once: IF NOT EXISTS does not see the other's uncommitted row.
    if (sqlStateOf(error) !== '23505' && sqlStateOf(error) !== '42P06') throw error;
  }
}

/** What {@link migrate} did. */
export interface MigrationReport {
  /** Names of the migrations that ran, in order. */
  readonly applied: readonly string[];
  /** Names of the partitions that were made. */
  readonly partitions: readonly string[];
}

/**
 * Brings a schema up to date: creates it, runs what has not run in one transaction, makes the partitions around `now`.
 * Idempotent; callers at the same time wait for each other.
 *
 * @param postgres opened with `statementTimeoutMs: 0`, or on PGlite
 * @param now Unix milliseconds @default the machine's clock
 * @throws storage.migration_failed (internal); nothing was changed
 */
export async function migrate(postgres: Postgres, now = systemClock.now()): Promise<MigrationReport> {
  await createSchema(postgres);
  const { error, results = [] } = await migratorOf(postgres).migrateToLatest();
  if (error !== undefined) {
    const failed = results.find(({ status }) => status === 'Error')?.migrationName;
    const known = translateError(error);
    if (known.category === 'unavailable' && failed === undefined) throw known;
    throw new SocialError(
      'internal',
      'storage.migration_failed',
      `the migration ${failed ?? 'bookkeeping'} failed; nothing was changed`,
      { cause: error },
    );
  }
  return {
    applied: results.map(({ migrationName }) => migrationName),
    partitions: await ensurePartitions(postgres.db, now),
  };
}

/** Opens a connection of its own without deadlines, migrates, and closes it. For servers; PGlite has one connection only. */
export async function migrateServer(options: PostgresOptions, now?: number): Promise<MigrationReport> {
  const postgres = openPostgres({ ...options, statementTimeoutMs: 0, pool: { ...options.pool, max: 2 } });
  try {
    return await migrate(postgres, now);
  } finally {
    await postgres.close();
  }
}

/** Names of migrations that have not run; all of them for a schema that does not exist. Changes nothing. */
export async function pendingMigrations(postgres: Postgres): Promise<readonly string[]> {
  const { rows } = await sql<{ present: boolean }>`
    SELECT to_regclass(${`${postgres.schema}.migrations`}) IS NOT NULL AS present`.execute(postgres.db);
  const all = Object.keys(migrations).sort();
  if (!rows[0]?.present) return all;
  const done = await sql<{ name: string }>`SELECT name FROM migrations`.execute(postgres.db);
  const ran = new Set(done.rows.map(({ name }) => name));
  return all.filter((name) => !ran.has(name));
}
