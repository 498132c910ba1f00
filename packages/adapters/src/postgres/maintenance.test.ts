import { createJobQueue, noTracer, silentLogger } from '@socialkit/core';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeBackends, type OpenStorage } from '../testing/backends.js';
import type { Postgres } from './connection.js';
import { createMaintenance, MAINTENANCE_QUEUE, type MaintenanceOptions } from './maintenance.js';
import { ensurePartitions, listPartitions, missingPartitions } from './partitions.js';

const HOUR_MS = 60 * 60_000;

describeBackends('maintenance', (backend) => {
  if (backend.kind === 'memory') {
    it.skip('is not needed [skipped: nothing outlives the process]', () => {});
    return;
  }
  let open: OpenStorage;
  let postgres: Postgres;
  beforeEach(async () => {
    open = await backend.open();
    if (!open.postgres) throw new Error('no database');
    postgres = open.postgres.a;
  });
  afterEach(() => open.close());

  const maintenance = (options?: MaintenanceOptions, handle: 'a' | 'b' = 'a') =>
    createMaintenance(
      {
        postgres: open.postgres?.[handle] ?? postgres,
        unitOfWork: open[handle].unitOfWork,
        clock: open.clock,
        logger: silentLogger,
      },
      options,
    );
  const count = async (table: string) =>
    (await sql<{ n: number }>`SELECT count(*)::int AS n FROM ${sql.table(table)}`.execute(postgres.db))
      .rows[0]?.n;

  it('removes expired rows, in batches, and nothing else', async () => {
    const now = open.clock.now();
    await sql`INSERT INTO idempotency_keys (actor_id, operation, key, fingerprint, result, expires_at)
      SELECT '1', 'o', n::text, 'f', '1', ${now - 1000}::bigint + n FROM generate_series(1, 2500) AS n`.execute(
      postgres.db,
    );
    await sql`INSERT INTO mutes (muter_id, muted_id, scope, id, expires_at)
      VALUES (1, 2, 'all', 1, ${now}), (1, 3, 'all', 2, ${now + 1}), (1, 4, 'all', 3, NULL)`.execute(
      postgres.db,
    );
    const { expired } = await maintenance().run();
    expect(expired).toMatchObject({ idempotency_keys: 1000, mutes: 1, muted_words: 0 });
    expect(await count('idempotency_keys')).toBe(1500);
    expect(await count('mutes')).toBe(2);
    expect((await maintenance().run()).expired.mutes).toBe(0);
  });

  it('detaches months of events older than asked for, and keeps all when told to', async () => {
    const long = Date.UTC(2024, 2, 15);
    await ensurePartitions(postgres.db, long);
    const old = async () =>
      (await listPartitions(postgres.db)).filter(({ name }) => name.startsWith('events_2024')).length;
    const before = await old();
    await maintenance({ keepMonths: null }).run();
    await maintenance({ keepMonths: 22 }).run();
    expect(await old()).toBe(before);
    const { detached } = await maintenance({ keepMonths: 20 }).run();
    expect(detached.filter((name) => name.startsWith('events_'))).toEqual([
      'events_2024_03',
      'events_2024_04',
    ]);
    await maintenance().run();
    expect(await old()).toBe(0);
  });

  it('plans one round an interval, however many processes start, and goes on by itself', async () => {
    const options = { intervalMs: HOUR_MS };
    const kits = [maintenance(options, 'a'), maintenance(options, 'b'), maintenance(options, 'b')];
    for (const { schedules } of kits) for (const schedule of schedules) await schedule();
    const stats = () => open.a.jobs.stats(MAINTENANCE_QUEUE);
    expect(await stats()).toEqual({ due: 0, scheduled: 1, dead: 0 });

    const queue = createJobQueue({
      store: open.a.jobs,
      clock: open.clock,
      logger: silentLogger,
      tracer: noTracer,
    });
    let rounds = 0;
    for (const { queue: name, handle } of kits[0]?.workers ?? [])
      queue.work(name, async (jobs, context) => {
        await handle(jobs, context);
        rounds++;
      });
    queue.start();
    for (let hour = 1; hour <= 3; hour++) {
      open.clock.advance(HOUR_MS);
      await queue.idle();
      expect(rounds).toBe(hour);
      expect(await stats()).toEqual({ due: 0, scheduled: 1, dead: 0 });
    }
    await queue.close();
  });

  it('makes partitions at the start and in every round', async () => {
    open.clock.set(Date.UTC(2050, 5, 1));
    for (const schedule of maintenance().schedules) await schedule();
    expect(await missingPartitions(postgres.db, open.clock.now())).toEqual([]);
    open.clock.set(Date.UTC(2050, 6, 1));
    expect((await maintenance().run()).partitions).toContain('events_2050_10');
  });

  it('does its other duties when one fails, and says so', async () => {
    await sql`ALTER TABLE mutes RENAME TO mutes_away`.execute(postgres.db);
    try {
      await sql`INSERT INTO idempotency_keys VALUES ('1', 'o', 'k', 'f', '1', 1)`.execute(postgres.db);
      await expect(maintenance().run()).rejects.toMatchObject({ code: 'storage.not_migrated' });
      expect(await count('idempotency_keys')).toBe(0);
    } finally {
      await sql`ALTER TABLE mutes_away RENAME TO mutes`.execute(postgres.db);
    }
  });

  if (backend.kind === 'pglite')
    it('vacuums where no autovacuum runs', async () => {
      await sql`INSERT INTO idempotency_keys (actor_id, operation, key, fingerprint, result, expires_at)
        SELECT '1', 'o', n::text, 'f', '1', 1 FROM generate_series(1, 5000) AS n`.execute(postgres.db);
      expect((await maintenance().run()).vacuumed).toContain('idempotency_keys');
    });
  else
    it('leaves vacuuming to autovacuum where it runs', async () => {
      expect((await maintenance().run()).vacuumed).toEqual([]);
    });
});
