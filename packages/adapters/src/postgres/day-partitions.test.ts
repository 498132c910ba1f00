import { createFakeClock, createIds, oldestRawDay, rollUp } from '@socialkit/core';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMigratedPglite } from '../testing/pglite-template.js';
import { DAYS_AHEAD, dropOldDays, ensureDays } from './day-partitions.js';
import { createPostgresStorage } from './storage.js';

const DAY_MS = 86_400_000;

describe('days of the analytics log', () => {
  let database: Awaited<ReturnType<typeof openMigratedPglite>>;
  const clock = createFakeClock();
  beforeAll(async () => {
    database = await openMigratedPglite();
  });
  afterAll(() => database.close());

  it('are made ahead once, take their events, and go when they are closed, while their counts stay', async () => {
    const { db } = database.a;
    const today = Math.floor(clock.now() / DAY_MS);
    expect(await ensureDays(db, clock.now())).toHaveLength(DAYS_AHEAD + 1);
    expect(await ensureDays(db, clock.now())).toEqual([]);
    const storage = createPostgresStorage({
      postgres: database.a,
      clock,
      ids: createIds({ clock, node: 1 }),
    });
    const like = (id: string, ts: number) => ({
      kind: 'like' as const,
      id,
      version: '1',
      ts,
      actorId: '7',
      subjectId: '20',
      authorId: '3',
      value: 1,
      depth: 0,
      source: null,
    });
    await storage.unitOfWork.transact(({ analytics }) =>
      analytics.record(
        [like('1', clock.now()), like('2', clock.now() - 5 * DAY_MS)],
        oldestRawDay(clock.now()),
      ),
    );
    await rollUp({ unitOfWork: storage.unitOfWork, clock });
    const places = async () => {
      const { rows } = await sql<{
        place: string;
      }>`SELECT tableoid::regclass::text AS place FROM an_event`.execute(db);
      return rows.map(({ place }) => place.replace(/^.*\./, '')).sort();
    };
    expect(await places()).toEqual([`an_event_d${today}`, 'an_event_other']);
    expect(await dropOldDays(db, clock.now())).toEqual({ dropped: [], removed: 0 });

    const later = clock.now() + 120 * DAY_MS;
    const gone = await dropOldDays(db, later);
    expect(gone.dropped).toHaveLength(DAYS_AHEAD + 1);
    expect(gone.removed).toBe(1);
    expect(await places()).toEqual([]);
    const days = await storage.readers.analytics.whole('3', {
      span: 'day',
      from: 0,
      to: 99_999,
      sketches: false,
    });
    expect(days.map(({ counts }) => counts.likes)).toEqual([1, 1]);
    await storage.close();
  });
});
