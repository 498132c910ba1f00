import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_RACES, RACERS, race } from '../kernel/suite-samples.js';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';
import { type AnalyticsEvent, type AnalyticsPost, DAY_MS, dayOf, hourOf, oldestRawDay } from './events.js';
import { rollUp } from './maintain.js';

/** The contracts of the analytics' ports; rollups are compared with a recount by `analyticsModelSuite`. */
export function analyticsSuite(backend: SuiteBackend): void {
  describe(`analytics: ${backend.name}`, () => {
    let open: OpenBackend;
    let now = 0;
    beforeEach(async () => {
      open = await backend.open();
      now = open.clock.now();
    });
    afterEach(() => open.close());

    const event = (id: number, change: Partial<AnalyticsEvent> = {}): AnalyticsEvent => ({
      kind: 'like',
      id: String(id),
      version: '5',
      ts: now,
      actorId: '70',
      subjectId: '20',
      authorId: '1',
      value: 1,
      depth: 0,
      source: null,
      ...change,
    });
    const post = (postId: string, ts: number, change: Partial<AnalyticsPost> = {}): AnalyticsPost => ({
      postId,
      authorId: '1',
      ts,
      type: 'image',
      tags: ['żółw', 'b'],
      followers: 12,
      version: '5',
      live: true,
      ...change,
    });
    const record = (...events: readonly AnalyticsEvent[]) =>
      open.a.unitOfWork.transact(({ analytics }) => analytics.record(events, oldestRawDay(now)));
    const recordPosts = (...posts: readonly AnalyticsPost[]) =>
      open.a.unitOfWork.transact(({ analytics }) => analytics.recordPosts(posts));
    const make = () => rollUp({ unitOfWork: open.b.unitOfWork, clock: open.clock });
    const hours = (authorId = '1') =>
      open.b.readers.analytics.whole(authorId, { span: 'hour', from: 0, to: 2_000_000, sketches: false });
    const listPosts = (limit = 10) => open.b.readers.analytics.posts('1', { from: 0, to: now + 1, limit });

    it('knows nothing of nobody', async () => {
      const { analytics } = open.b.readers;
      expect(await hours()).toEqual([]);
      expect(await listPosts()).toEqual([]);
      expect(await analytics.publications('1', { from: 0, to: now })).toEqual([]);
      expect(await analytics.fans('1', { from: 0, to: 100_000, limit: 10 })).toEqual([]);
      expect(await analytics.depthOf('1', '2', { from: 0, to: 100_000 })).toBeNull();
      expect(await analytics.shareDepths([])).toEqual(new Map());
      expect(await analytics.audience('1')).toBeNull();
      expect(await analytics.activeIn({ from: 0, to: 100_000 })).toBe(0);
      expect(await make()).toBe(0);
    });

    it('lets the higher version of an event hold, and tells which changed anything', async () => {
      expect(await record(event(1), event(2))).toHaveLength(2);
      expect(await record(event(1), event(2, { version: '4', value: 0 }))).toEqual([]);
      expect(await record(event(1, { version: '6', value: 0 }), event(3))).toHaveLength(2);
      expect(await record(event(9, { version: '2' }), event(9, { version: '3', value: 0 }))).toEqual(['9']);
      await make();
      expect((await hours()).map(({ start, counts }) => [start, counts.likes])).toEqual([[hourOf(now), 2]]);
    });

    it('is one event of a name and day, and for what clients say also of the days beside', async () => {
      const seen = event(1, { kind: 'impression' });
      expect(await record(seen)).toEqual(['1']);
      expect(await record({ ...seen, ts: now - DAY_MS }, { ...seen, ts: now + DAY_MS })).toEqual([]);
      expect(await record({ ...seen, ts: now - 2 * DAY_MS })).toEqual(['1']);
      expect(await record(event(1), event(1, { ts: now - DAY_MS }))).toHaveLength(2);
    });

    it('makes corrections of what is older than the log, which add up with what was counted', async () => {
      await record(event(1), event(2));
      await make();
      const hour = hourOf(now);
      open.clock.advance(120 * DAY_MS);
      const ts = now;
      now = open.clock.now();
      const late = event(2, { ts, version: '8', value: -1 });
      expect(await record(late)).toEqual(['2']);
      expect(await record(late)).toEqual([]);
      await make();
      const counted = (await hours()).filter(({ start }) => start === hour);
      expect(counted.reduce((sum, { counts }) => sum + counts.likes, 0)).toBe(1);
      const days = await open.b.readers.analytics.whole('1', {
        span: 'day',
        from: 0,
        to: 99_999,
        sketches: false,
      });
      expect(days.map(({ counts }) => counts.likes)).toEqual([1]);
    });

    it('claims dirty hours of one day at a time; they are dirty again when the unit of work fails', async () => {
      await record(event(1), event(2, { ts: now - 2 * DAY_MS }), event(3, { authorId: '2' }));
      const claim = (fail: boolean) =>
        open.b.unitOfWork.transact(async ({ rollups }) => {
          const claimed = await rollups.claim(10);
          if (fail) throw new Error('killed');
          return claimed;
        });
      await expect(claim(true)).rejects.toThrow('killed');
      const first = await claim(false);
      const second = await claim(false);
      expect([...first, ...second]).toHaveLength(3);
      expect(new Set(first.map(({ hour }) => Math.floor(hour / 24))).size).toBe(1);
      expect(await claim(false)).toEqual([]);
    });

    it('lists posts that stand, newest first, ties by id, with what they are grouped by', async () => {
      await recordPosts(post('20', now - 5), post('21', now - 5), post('22', now - 9), post('23', now));
      await recordPosts(post('23', now, { version: '4', live: false, tags: [] }));
      await recordPosts(post('22', now - 9, { version: '6', live: false }));
      await record(event(1));
      await make();
      const listed = await listPosts();
      expect(listed.map(({ postId }) => postId)).toEqual(['23', '21', '20']);
      expect(listed[2]).toMatchObject({ type: 'image', tags: ['żółw', 'b'], followers: 12, ts: now - 5 });
      expect(listed[2]?.counts.likes).toBe(1);
      expect((await listPosts(2)).map(({ postId }) => postId)).toEqual(['23', '21']);
      await recordPosts(post('22', now - 9, { version: '7', live: true }));
      expect(await listPosts()).toHaveLength(4);
      const published = await open.b.readers.analytics.publications('1', { from: 0, to: now + 1 });
      expect(published.reduce((sum, { count }) => sum + count, 0)).toBe(4);
    });

    it('sums who engaged by days, most first, then by id; views and follows are no engagement', async () => {
      await record(
        event(1, { actorId: '9' }),
        event(2, { actorId: '70' }),
        event(3, { actorId: '70', kind: 'comment', ts: now - DAY_MS }),
        event(4, { actorId: '8' }),
        event(5, { actorId: '7', kind: 'impression' }),
        event(6, { actorId: '7', kind: 'follow' }),
        event(7, { actorId: '6', value: 0 }),
      );
      await make();
      const fans = (from: number, limit = 10) =>
        open.b.readers.analytics.fans('1', { from, to: dayOf(now) + 1, limit });
      expect(await fans(0)).toEqual([
        { accountId: '70', value: 2 },
        { accountId: '8', value: 1 },
        { accountId: '9', value: 1 },
      ]);
      expect(await fans(dayOf(now), 2)).toEqual([
        { accountId: '8', value: 1 },
        { accountId: '9', value: 1 },
      ]);
    });

    it('knows through how many shares somebody came', async () => {
      const share = open.ids.next();
      await record(
        event(Number(1), { kind: 'share', id: share, depth: 2 }),
        event(2, { kind: 'impression', depth: 3 }),
        event(3, { kind: 'impression', depth: 2 }),
        event(4, { kind: 'impression', actorId: '71' }),
      );
      const { analytics } = open.b.readers;
      const range = { from: dayOf(now), to: dayOf(now) + 1 };
      expect(await analytics.depthOf('70', '20', range)).toBe(2);
      expect(await analytics.depthOf('71', '20', range)).toBeNull();
      expect(await analytics.shareDepths([share, open.ids.next()])).toEqual(new Map([[share, 2]]));
    });

    it('counts who was active and who came back', async () => {
      const day = dayOf(now);
      await open.a.unitOfWork.transact(async ({ analytics }) => {
        await analytics.joined('70', day - 1);
        await analytics.joined('70', day);
        await analytics.joined('71', day - 1);
        await analytics.joined('72', day);
      });
      await record(
        event(1),
        event(2),
        event(3, { actorId: '71', ts: now - DAY_MS }),
        event(4, { actorId: '72' }),
      );
      const { analytics } = open.b.readers;
      expect(await analytics.activeByDay({ from: day - 1, to: day + 1 })).toEqual([
        { day: day - 1, count: 1 },
        { day, count: 2 },
      ]);
      expect(await analytics.activeIn({ from: day - 1, to: day + 1 })).toBe(3);
      expect(await analytics.joinedByDay({ from: day - 1, to: day + 1 })).toEqual([
        { day: day - 1, count: 2 },
        { day, count: 1 },
      ]);
      expect(await analytics.retained({ from: day - 1, to: day, after: 1 })).toEqual([
        { day: day - 1, count: 1 },
      ]);
    });

    it('keeps the last count of an audience', async () => {
      const snapshot = { at: now, n: 3, splits: { age: { '18-24': 2, '': 1 } } };
      const put = (value: typeof snapshot) =>
        open.a.unitOfWork.transact(({ analytics }) => analytics.putAudience('1', value));
      await put({ ...snapshot, n: 1 });
      await put(snapshot);
      expect(await open.b.readers.analytics.audience('1')).toEqual(snapshot);
    });

    it('writes nothing when the unit of work fails', async () => {
      await expect(
        open.a.unitOfWork.transact(async ({ analytics }) => {
          await analytics.record([event(1)], oldestRawDay(now));
          await analytics.recordPosts([post('20', now)]);
          throw new Error('killed');
        }),
      ).rejects.toThrow('killed');
      expect(await make()).toBe(0);
      expect(await listPosts()).toEqual([]);
    });

    it.skipIf(!backend.concurrent)(
      `takes an event once, however many tell it at once${backend.concurrent ? '' : ` ${NO_RACES}`}`,
      async () => {
        const said = await race(RACERS, [open.a, open.b], async (handle, n) => {
          const taken = await handle.unitOfWork.transact(({ analytics }) =>
            analytics.record([event(1), event(100 + n)], oldestRawDay(now)),
          );
          if (n % 5 === 0) await rollUp({ unitOfWork: handle.unitOfWork, clock: open.clock });
          return taken;
        });
        expect(said.flat().filter((id) => id === '1')).toHaveLength(1);
        await make();
        expect((await hours()).map(({ counts }) => counts.likes)).toEqual([RACERS + 1]);
      },
    );
  });
}
