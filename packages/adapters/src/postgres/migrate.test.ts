import { createFakeClock } from '@socialkit/core';
import { describePostgres } from '@socialkit/test-services/vitest';
import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { openPostgres, type Postgres } from './connection.js';
import { migrate, migrateServer, pendingMigrations } from './migrate.js';
import { migrations } from './migrations.js';
import { listPartitions } from './partitions.js';

const now = createFakeClock().now();
const names = Object.keys(migrations).sort();

describePostgres('migrations', (server) => {
  const opened: Postgres[] = [];
  const open = (url: string, schema?: string) => {
    const postgres = openPostgres({ url, statementTimeoutMs: 0, ...(schema ? { schema } : {}) });
    opened.push(postgres);
    return postgres;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((postgres) => postgres.close()));
  });

  it('bring an empty database up to date, once, with partitions', async () => {
    const postgres = open(await server.createDatabase());
    expect(await pendingMigrations(postgres)).toEqual(names);
    const report = await migrate(postgres, now);
    expect(report.applied).toEqual(names);
    expect(report.partitions).toContain('events_2026_01');
    expect(await pendingMigrations(postgres)).toEqual([]);
    expect(await migrate(postgres, now)).toEqual({ applied: [], partitions: [] });
  });

  it('are applied once when several processes start together', async () => {
    const url = await server.createDatabase();
    const reports = await Promise.all(Array.from({ length: 4 }, () => migrateServer({ url }, now)));
    expect(reports.flatMap(({ applied }) => applied)).toEqual(names);
    expect(await pendingMigrations(open(url))).toEqual([]);
  });

  it('live in schemas of their own beside each other and beside the host', async () => {
    const url = await server.createDatabase();
    const [one, two] = [open(url, 'tenant_one'), open(url, 'tenant_two')];
    await sql`CREATE TABLE public.posts (mine text)`.execute(one.db);
    await migrate(one, now);
    expect(await pendingMigrations(two)).toEqual(names);
    await migrate(two, now);
    const where = { type: 't', subscriber: 's', max_attempts: 1 };
    await one.db.insertInto('event_subscriptions').values(where).execute();
    expect(await two.db.selectFrom('event_subscriptions').selectAll().execute()).toEqual([]);
    expect(await listPartitions(one.db)).toEqual(await listPartitions(two.db));
    const { rows } = await sql`SELECT column_name FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = 'posts'`.execute(one.db);
    expect(rows).toEqual([{ column_name: 'mine' }]);
    const { rows: stray } = await sql`SELECT table_name FROM information_schema.tables
      WHERE table_schema = 'public' AND table_name <> 'posts'`.execute(one.db);
    expect(stray).toEqual([]);
  });

  it('say which one failed, change nothing then, and run when the cause is gone', async () => {
    const postgres = open(await server.createDatabase());
    await sql`CREATE SCHEMA socialkit`.execute(postgres.db);
    await sql`CREATE TABLE jobs ()`.execute(postgres.db);
    await expect(migrate(postgres, now)).rejects.toMatchObject({
      code: 'storage.migration_failed',
      message: expect.stringContaining('0001_kernel'),
    });
    expect(await pendingMigrations(postgres)).toEqual(names);
    await sql`DROP TABLE jobs`.execute(postgres.db);
    expect((await migrate(postgres, now)).applied).toEqual(names);
  });
});
