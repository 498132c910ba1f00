import {
  type AnyEvent,
  createFakeClock,
  createIds,
  type EventType,
  type NewEvent,
  silentLogger,
  systemActor,
} from '@socialkit/core';
import { describePostgres } from '@socialkit/test-services/vitest';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openMigratedPostgres } from '../../testing/postgres-template.js';
import { listPartitions } from '../partitions.js';
import { createPostgresOutbox } from './outbox.js';
import { createPostgresSubscriptions } from './subscriptions.js';
import { createPostgresUnitOfWork, MAX_TRANSACTION_ATTEMPTS } from './unit-of-work.js';

const happened = (n: number) =>
  ({ type: 'sample.happened', actor: systemActor('test'), payload: { n } }) as unknown as NewEvent;

describePostgres('a unit of work on PostgreSQL', (server) => {
  let database: Awaited<ReturnType<typeof openMigratedPostgres>>;
  const clock = createFakeClock();
  const ids = createIds({ clock, node: 4 });
  const committed: (readonly AnyEvent[])[] = [];
  const called: boolean[] = [];
  const open = () =>
    createPostgresUnitOfWork({
      db: database.a.db,
      clock,
      logger: silentLogger,
      stores: (tx, log) => ({ tx, outbox: createPostgresOutbox({ tx, clock, ids }, log.event, log.job) }),
      onCommit: (events, work) => {
        committed.push(events);
        called.push(work);
      },
    });
  beforeAll(async () => {
    database = await openMigratedPostgres(server);
  });
  afterAll(() => database.close());
  beforeEach(() => {
    committed.length = 0;
    called.length = 0;
  });
  const events = async () =>
    (
      await sql<{ n: number }>`SELECT (payload->>'n')::int AS n FROM events ORDER BY id`.execute(
        database.b.db,
      )
    ).rows.map(({ n }) => n);
  const raise = (state: string) => sql.raw(`DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '${state}'; END $$`);

  it('runs again what met another writer, and publishes only the attempt that was committed', async () => {
    for (const state of ['40001', '40P01']) {
      let attempts = 0;
      const before = (await events()).length;
      await open().transact(async ({ tx, outbox }) => {
        await outbox.append(happened(++attempts));
        if (attempts < 3) await raise(state).execute(tx);
      });
      expect(attempts).toBe(3);
      expect((await events()).slice(before)).toEqual([3]);
      expect(committed.splice(0)).toMatchObject([[{ payload: { n: 3 } }]]);
    }
  });

  it('calls workers only for an event that somebody subscribes to', async () => {
    const append = () => open().transact(({ outbox }) => outbox.append(happened(1)));
    await append();
    const subscriptions = createPostgresSubscriptions(database.a.db);
    await subscriptions.subscribe('sample.listener', ['sample.happened' as EventType]);
    await append();
    await subscriptions.subscribe('sample.listener', []);
    await append();
    expect(called).toEqual([false, true, false]);
  });

  it('gives up after its attempts, with an error that can be retried', async () => {
    let attempts = 0;
    const before = await events();
    const work = open().transact(async ({ tx, outbox }) => {
      await outbox.append(happened(++attempts));
      await raise('40001').execute(tx);
    });
    await expect(work).rejects.toMatchObject({ code: 'storage.contention', retryable: true });
    expect(attempts).toBe(MAX_TRANSACTION_ATTEMPTS);
    expect(await events()).toEqual(before);
    expect(committed).toEqual([]);
  });

  it('does not run again what failed for another reason', async () => {
    for (const state of ['23505', '57014', 'XX000']) {
      let attempts = 0;
      const work = open().transact(async ({ tx }) => {
        attempts++;
        await raise(state).execute(tx);
      });
      await expect(work).rejects.toMatchObject({ code: expect.stringMatching(/^storage\./) });
      expect(attempts).toBe(1);
    }
  });

  it('says so when the work swallowed a failed statement: nothing was committed', async () => {
    const before = await events();
    const work = open().transact(async ({ tx, outbox }) => {
      await outbox.append(happened(9));
      await raise('23505')
        .execute(tx)
        .catch(() => {});
    });
    await expect(work).rejects.toMatchObject({ code: 'storage.aborted' });
    expect(await events()).toEqual(before);
    expect(committed).toEqual([]);
  });

  it('makes the partition of an old id on the way, for every partitioned table', async () => {
    const old = createIds({ clock: createFakeClock(Date.UTC(2019, 7, 5)), node: 0 }).next();
    await open().transact(({ tx }) =>
      sql`INSERT INTO events (id, type, version, actor_id, occurred_at, payload)
        VALUES (${old}, 't', 1, '1', 1, '{"n": 0}')`.execute(tx),
    );
    const made = (await listPartitions(database.a.db)).filter(({ name }) => name.endsWith('_2019_08'));
    const tables = new Set((await listPartitions(database.a.db)).map(({ table }) => table));
    expect(made).toHaveLength(tables.size);
    await sql`DELETE FROM events WHERE id = ${old}`.execute(database.a.db);
  });

  it('loses no connection over many failures', async () => {
    const unitOfWork = open();
    await Promise.allSettled(
      Array.from({ length: 100 }, (_, n) =>
        unitOfWork.transact(async ({ tx }) => {
          if (n % 2 === 0) throw new Error('ours');
          await raise('23505').execute(tx);
        }),
      ),
    );
    const { pool } = database.a;
    expect([pool.waitingCount, pool.totalCount - pool.idleCount]).toEqual([0, 0]);
  });
});
