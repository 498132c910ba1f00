import { createFakeClock, createIds } from '@socialkit/core';
import { describePostgres } from '@socialkit/test-services/vitest';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { openMigratedPostgres } from '../testing/postgres-template.js';
import { createPostgresSignals, type PostgresSignals } from './signals.js';
import { createPostgresStorage } from './storage.js';

describePostgres('signals between processes', (server) => {
  let database: Awaited<ReturnType<typeof openMigratedPostgres>>;
  let a: PostgresSignals;
  let b: PostgresSignals;
  const heard = { a: 0, b: 0 };

  beforeAll(async () => {
    database = await openMigratedPostgres(server);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    a = createPostgresSignals({ postgres: database.a }, { reconnectMs: 20 });
    b = createPostgresSignals({ postgres: database.b }, { reconnectMs: 20 });
    await Promise.all([a.ready(), b.ready()]);
    heard.a = 0;
    heard.b = 0;
    a.onSignal(() => heard.a++);
    b.onSignal(() => heard.b++);
  });
  afterEach(async () => {
    await Promise.all([a.close(), b.close()]);
  });

  it('reach the others and not oneself', async () => {
    a.publish();
    await vi.waitFor(() => expect(heard.b).toBe(1));
    b.publish();
    await vi.waitFor(() => expect(heard.a).toBe(1));
    expect(heard.b).toBe(1);
  });

  it('become few when many are published at once', async () => {
    for (let n = 0; n < 1000; n++) a.publish();
    await vi.waitFor(() => expect(heard.b).toBe(2));
  });

  it('arrive again after the connection was cut, and at once for what was missed', async () => {
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'socialkit signals' AND datname = current_database()`.execute(database.a.db);
    await vi.waitFor(() => expect(Math.min(heard.a, heard.b)).toBeGreaterThanOrEqual(1));
    const before = heard.b;
    a.publish();
    await vi.waitFor(() => expect(heard.b).toBeGreaterThan(before));
  });

  it('are sent by a storage after each commit with jobs, and not after a rollback', async () => {
    const clock = createFakeClock();
    const storage = (postgres: typeof database.a, signals: PostgresSignals, node: number) =>
      createPostgresStorage({ postgres, signals, clock, ids: createIds({ clock, node }) });
    const [here, there] = [storage(database.a, a, 1), storage(database.b, b, 2)];
    const woken = new Promise<number>((resolve) => {
      there.onSignal?.(() => resolve(there.jobs.stats().then(({ due }) => due)));
    });
    await here.unitOfWork
      .transact(async ({ jobs }) => {
        await jobs.enqueue('q', 0);
        throw new Error('no');
      })
      .catch(() => {});
    await here.unitOfWork.transact(async () => {});
    await here.unitOfWork.transact(({ jobs }) => jobs.enqueue('q', 1));
    expect(await woken).toBe(1);
  });

  it('stop after close, and closing twice is fine', async () => {
    await b.close();
    await b.close();
    b.publish();
    a.publish();
    await database.a.pool.query('SELECT 1');
    expect(heard).toEqual({ a: 0, b: 0 });
  });
});
