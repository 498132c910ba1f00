import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { partitionByMonth } from '../partitions.js';

/** Tables of the kernel. */
export const kernelMigrations: Readonly<Record<string, Migration>> = {
  '0001_kernel': {
    async up(db) {
      await db.schema
        .createTable('events')
        .addColumn('id', 'bigint', (column) => column.primaryKey())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('version', 'integer', (column) => column.notNull())
        .addColumn('actor_id', 'text', (column) => column.notNull())
        .addColumn('occurred_at', 'bigint', (column) => column.notNull())
        .addColumn('payload', 'jsonb', (column) => column.notNull())
        .modifyEnd(partitionByMonth('id'))
        .execute();

      await db.schema
        .createTable('event_subscriptions')
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('subscriber', 'text', (column) => column.notNull())
        .addColumn('max_attempts', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('event_subscriptions_pkey', ['type', 'subscriber'])
        .execute();
      await db.schema
        .createIndex('event_subscriptions_subscriber')
        .on('event_subscriptions')
        .column('subscriber')
        .execute();

      // The id is the database's: one statement writes the rows of all subscribers of an event.
      await db.schema
        .createTable('jobs')
        .addColumn('id', 'bigint', (column) => column.generatedAlwaysAsIdentity().primaryKey())
        .addColumn('queue', 'text', (column) => column.notNull())
        .addColumn('event_id', 'bigint')
        .addColumn('payload', 'jsonb', (column) => column.notNull())
        .addColumn('key', 'text')
        .addColumn('run_at', 'bigint', (column) => column.notNull())
        .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
        .addColumn('max_attempts', 'integer', (column) => column.notNull())
        .addColumn('token', 'text')
        .addColumn('dead_at', 'bigint')
        .addColumn('last_error', 'text')
        .execute();
      await sql`CREATE INDEX jobs_due ON jobs (queue, run_at, id) WHERE dead_at IS NULL`.execute(db);
      await sql`CREATE UNIQUE INDEX jobs_delivery ON jobs (queue, event_id) WHERE event_id IS NOT NULL`.execute(
        db,
      );
      await sql`CREATE UNIQUE INDEX jobs_key ON jobs (queue, key) WHERE key IS NOT NULL`.execute(db);
      await sql`CREATE INDEX jobs_dead ON jobs (id) WHERE dead_at IS NOT NULL`.execute(db);
      // A queue of rows that live for milliseconds: left to the defaults it bloats to many times its size.
      await sql`ALTER TABLE jobs SET (
        autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000,
        autovacuum_vacuum_cost_delay = 0, fillfactor = 70)`.execute(db);

      await db.schema
        .createTable('idempotency_keys')
        .addColumn('actor_id', 'text', (column) => column.notNull())
        .addColumn('operation', 'text', (column) => column.notNull())
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('fingerprint', 'text', (column) => column.notNull())
        .addColumn('result', 'text', (column) => column.notNull())
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('idempotency_keys_pkey', ['actor_id', 'operation', 'key'])
        .execute();
      await db.schema
        .createIndex('idempotency_keys_expiry')
        .on('idempotency_keys')
        .column('expires_at')
        .execute();

      await db.schema
        .createTable('nodes')
        .addColumn('node', 'integer', (column) => column.primaryKey().check(sql`node BETWEEN 0 AND 1023`))
        .addColumn('token', 'text', (column) => column.notNull())
        .addColumn('leased_until', 'bigint', (column) => column.notNull())
        .execute();

      await db.schema
        .createTable('audit_log')
        .addColumn('id', 'bigint', (column) => column.primaryKey())
        .addColumn('actor_id', 'text', (column) => column.notNull())
        .addColumn('action', 'text', (column) => column.notNull())
        .addColumn('subject_kind', 'text', (column) => column.notNull())
        .addColumn('subject_id', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('details', 'jsonb', (column) => column.notNull())
        .execute();
      await sql`CREATE INDEX audit_log_subject ON audit_log (subject_kind, subject_id, id DESC)`.execute(db);
    },
  },
};
