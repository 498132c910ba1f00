import { createFakeClock, createIds } from '@socialkit/core';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenStorage } from '../testing/backends.js';
import { describeBackends } from '../testing/backends.js';
import type { Postgres } from './connection.js';
import {
  detachPartitions,
  ensurePartitionOf,
  ensurePartitions,
  listPartitions,
  missingPartitions,
  monthOf,
} from './partitions.js';

const at = (year: number, month: number) => Date.UTC(year, month - 1, 15, 12);

describe('a month', () => {
  it('holds exactly the ids made in it', () => {
    const clock = createFakeClock(Date.UTC(2027, 0, 1) - 1);
    const ids = createIds({ clock, node: 1023 });
    const month = monthOf(clock.now());
    expect(month.suffix).toBe('2026_12');
    expect(monthOf(clock.now(), 1).from).toBe(month.to);
    expect(BigInt(ids.next())).toBeLessThan(BigInt(month.to));
    clock.advance(1);
    expect(BigInt(ids.next())).toBeGreaterThanOrEqual(BigInt(month.to));
    expect(monthOf(at(2026, 1), -1).suffix).toBe('2025_12');
    expect(monthOf(Date.UTC(2026, 0, 31), 1).suffix).toBe('2026_02');
  });
});

describeBackends('partitions', (backend) => {
  if (backend.kind === 'memory') {
    it.skip('has no partitions [skipped: there are no tables]', () => {});
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

  const events = async () =>
    (await listPartitions(postgres.db)).filter(({ table }) => table === 'events').map(({ name }) => name);
  const insert = (id: string) =>
    sql`INSERT INTO events (id, type, version, actor_id, occurred_at, payload)
      VALUES (${id}, 't', 1, '1', 1, '{}')`.execute(postgres.db);
  const idAt = (unixMs: number) => createIds({ clock: createFakeClock(unixMs), node: 3 }).next();

  it('are made for this month and three ahead, once', async () => {
    const made = await ensurePartitions(postgres.db, at(2030, 11));
    expect(made.filter((name) => name.startsWith('events_'))).toEqual(
      ['2030_11', '2030_12', '2031_01', '2031_02'].map((month) => `events_${month}`),
    );
    expect(await ensurePartitions(postgres.db, at(2030, 11))).toEqual([]);
    expect(await missingPartitions(postgres.db, at(2030, 11))).toEqual([]);
    expect(await missingPartitions(postgres.db, at(2030, 12))).toContain('events_2031_03');
    for (const month of [11, 12]) await insert(idAt(at(2030, month)));
  });

  it('are made for the month of an old id', async () => {
    const id = idAt(at(2012, 2));
    await expect(insert(id)).rejects.toMatchObject({ code: 'storage.constraint' });
    await ensurePartitionOf(postgres.db, id);
    await insert(id);
    expect(await events()).toContain('events_2012_02');
  });

  it('are made by many starters at once without a quarrel', async () => {
    const other = open.postgres?.b ?? postgres;
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, n) => ensurePartitions((n % 2 ? other : postgres).db, at(2035, 3))),
    );
    expect(made.flat().filter((name) => name === 'events_2035_03')).toHaveLength(1);
  });

  it('are detached when they ended long ago, come back with their rows, and nothing newer goes', async () => {
    await ensurePartitions(postgres.db, at(2020, 1));
    const id = idAt(at(2020, 2));
    await insert(id);
    const before = await events();
    const gone = await detachPartitions(postgres.db, Date.UTC(2020, 2, 1));
    expect(gone.filter((name) => name.startsWith('events_20'))).toEqual(
      expect.arrayContaining(['events_2020_01', 'events_2020_02']),
    );
    expect(gone).not.toContain('events_2020_03');
    expect(await events()).toEqual(before.filter((name) => !gone.includes(name)));
    const found = () => sql`SELECT FROM events WHERE id = ${id}`.execute(postgres.db);
    expect((await found()).rows).toHaveLength(0);
    await ensurePartitionOf(postgres.db, id);
    expect((await found()).rows).toHaveLength(1);
    const { rows } = await sql<{ patience: string }>`
      SELECT current_setting('statement_timeout') AS patience`.execute(postgres.db);
    expect(rows[0]?.patience).toBe(backend.kind === 'pglite' ? '0' : '20s');
  });

  it('keep posts, comments and reactions however old', async () => {
    await ensurePartitions(postgres.db, at(2018, 1));
    const gone = await detachPartitions(postgres.db, at(2019, 1));
    expect(gone.filter((name) => /^(posts|comments|reactions)_/.test(name))).toEqual([]);
  });

  (backend.concurrent ? describe : describe.skip)(
    `beside other transactions${backend.concurrent ? '' : ' [skipped: this back-end runs one transaction at a time]'}`,
    () => {
      it('are made while a reader and a writer hold the table', async () => {
        const other = (open.postgres ?? { b: postgres }).b;
        await other.db.transaction().execute(async (tx) => {
          await sql`SELECT count(*) FROM events`.execute(tx);
          await sql`INSERT INTO events (id, type, version, actor_id, occurred_at, payload)
            VALUES (${idAt(at(2026, 1))}, 't', 1, '1', 1, '{}')`.execute(tx);
          expect(await ensurePartitions(postgres.db, at(2040, 1))).toContain('events_2040_01');
        });
      });

      it('finish a detachment that was interrupted', async () => {
        await ensurePartitions(postgres.db, at(2015, 1));
        const other = (open.postgres ?? { b: postgres }).b;
        // A reader keeps DETACH CONCURRENTLY waiting until its statement is ended half-way.
        await other.db.transaction().execute(async (tx) => {
          await sql`SELECT count(*) FROM events`.execute(tx);
          await postgres.db.connection().execute(async (session) => {
            await sql`SET statement_timeout TO 3000`.execute(session);
            await expect(
              sql`ALTER TABLE events DETACH PARTITION events_2015_01 CONCURRENTLY`.execute(session),
            ).rejects.toMatchObject({ code: 'storage.timeout' });
            await sql`SET statement_timeout TO '20s'`.execute(session);
          });
        });
        const pending = (await listPartitions(postgres.db)).filter(({ detaching }) => detaching);
        expect(pending.map(({ name }) => name)).toEqual(['events_2015_01']);
        expect(await detachPartitions(postgres.db, at(2000, 2))).toEqual(['events_2015_01']);
        expect((await listPartitions(postgres.db)).filter(({ detaching }) => detaching)).toEqual([]);
      });
    },
  );
});
