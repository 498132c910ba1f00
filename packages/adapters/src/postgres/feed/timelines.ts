import { type Clock, compareIds, firstIdAt, type Id, MAX_ID_STRING, timeOfId } from '@socialkit/core';
import {
  BUILD_LIMIT_MS,
  resolveTimelineOptions,
  type TimelineOptions,
  type TimelineStore,
} from '@socialkit/feed';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../database.js';
import { isMissingPartition } from '../errors.js';
import { coalescing } from '../hydrate/coalesce.js';
import { ensurePartitionOf, monthOf } from '../partitions.js';
import { defineStatement } from '../statement.js';

const DAY_MS = 24 * 60 * 60_000;
/** A reader who came back at the last moment was alive for pushes that began before. */
const GRACE_MS = 60_000;

/** Statements that read timelines under way at once, and timelines in one at most. */
const READ_LANES = 4;
const MAX_READS = 16;

/** The months a timeline lives in: this one and the one before. What is older comes from the rows. */
const spanAt = (unixMs: number): { readonly lo: Id; readonly hi: Id } => ({
  lo: monthOf(unixMs, -1).from,
  hi: firstIdAt(unixMs + DAY_MS),
});

interface TimelineRow {
  /** Null where there is no timeline, as is everything else then. */
  readonly build: Id | null;
  readonly floor: Id;
  readonly oldest: Id;
  readonly endsAt: string;
  readonly ids: string | null;
}

const push = defineStatement({
  name: 'feed.push',
  params: { post: 'bigint', readers: 'text', now: 'bigint' },
  build: (_, { post, readers, now }) => sql<{ active: number }>`
    WITH active AS (
      SELECT t.user_id
      FROM unnest(string_to_array(${readers}, ',')::bigint[]) AS reader (user_id)
      JOIN feed_timelines AS t ON t.user_id = reader.user_id AND t.ends_at > ${now}
    ), entered AS (
      INSERT INTO feed_entries (user_id, post_id) SELECT user_id, ${post} FROM active
      ON CONFLICT DO NOTHING
    )
    SELECT count(*)::integer AS active FROM active`,
  sample: ({ newest }) => ({ post: newest, readers: '1,2,3', now: '0' }),
});

// Too old for an entry: whoever has a complete timeline has one that ends above it from now on.
const pushOld = defineStatement({
  name: 'feed.push_old',
  params: { post: 'bigint', readers: 'text', now: 'bigint' },
  build: (_, { post, readers, now }) => sql<{ active: number }>`
    WITH active AS (
      UPDATE feed_timelines AS t SET oldest = least(t.oldest, ${post})
      FROM unnest(string_to_array(${readers}, ',')::bigint[]) AS reader (user_id)
      WHERE t.user_id = reader.user_id AND t.ends_at > ${now}
      RETURNING 1
    )
    SELECT count(*)::integer AS active FROM active`,
  sample: ({ newest }) => ({ post: newest, readers: '1,2,3', now: '0' }),
});

const trim = defineStatement({
  name: 'feed.trim',
  params: { readers: 'text', keep: 'integer', of: 'integer', turn: 'integer', lo: 'bigint', hi: 'bigint' },
  build: (_, { readers, keep, of, turn, lo, hi }) => sql`
    WITH long AS (
      SELECT t.user_id, last.post_id AS lowest
      FROM unnest(string_to_array(${readers}, ',')::bigint[]) AS reader (user_id)
      JOIN feed_timelines AS t ON t.user_id = reader.user_id AND NOT t.building
      CROSS JOIN LATERAL (
        SELECT e.post_id FROM feed_entries AS e
        WHERE e.user_id = t.user_id AND e.post_id BETWEEN ${lo} AND ${hi}
        ORDER BY e.post_id DESC OFFSET ${keep} - 1 LIMIT 1
      ) AS last
      WHERE abs(hashint8(reader.user_id)::bigint) % ${of} = ${turn}
    ), raised AS (
      UPDATE feed_timelines AS t SET floor = long.lowest FROM long
      WHERE t.user_id = long.user_id AND t.floor < long.lowest AND NOT t.building
    )
    DELETE FROM feed_entries AS e USING long
    WHERE e.user_id = long.user_id AND e.post_id BETWEEN ${lo} AND ${hi} AND e.post_id < long.lowest`,
  sample: ({ oldest, newest }) => ({ readers: '1,2', keep: 1, of: 1, turn: 0, lo: oldest, hi: newest }),
});

const readSeveral = defineStatement({
  name: 'feed.read_timelines',
  params: {
    users: 'bigint[]',
    his: 'bigint[]',
    limits: 'integer[]',
    nows: 'bigint[]',
    lo: 'bigint',
    hi: 'bigint',
  },
  build: (_, { users, his, limits, nows, lo, hi }) => sql<TimelineRow>`
    SELECT t.build, t.floor, t.oldest, t.ends_at AS "endsAt", (
      SELECT string_agg(page.post_id::text, ',' ORDER BY page.post_id DESC) FROM (
        SELECT e.post_id FROM feed_entries AS e
        WHERE e.user_id = r.user_id AND e.post_id BETWEEN ${lo} AND ${hi} AND e.post_id <= r.hi
        ORDER BY e.post_id DESC LIMIT r.most
      ) AS page
    ) AS ids
    FROM unnest(${users}, ${his}, ${limits}, ${nows}) WITH ORDINALITY AS r (user_id, hi, most, now, n)
    LEFT JOIN feed_timelines AS t ON t.user_id = r.user_id AND NOT t.building AND t.ends_at > r.now
    ORDER BY r.n`,
  sample: ({ oldest, newest, now }) => ({
    users: ['1', '2'],
    his: [newest, newest],
    limits: [21, 21],
    nows: [now, now],
    lo: oldest,
    hi: newest,
  }),
});

const extend = defineStatement({
  name: 'feed.extend_timeline',
  params: { user: 'bigint', build: 'bigint', endsAt: 'bigint' },
  build: (_, { user, build, endsAt }) => sql`
    UPDATE feed_timelines SET ends_at = ${endsAt} WHERE user_id = ${user} AND build = ${build} AND NOT building`,
  sample: () => ({ user: '1', build: '1', endsAt: '1' }),
});

const begin = defineStatement({
  name: 'feed.begin_timeline',
  params: { user: 'bigint', build: 'bigint', endsAt: 'bigint', now: 'bigint' },
  build: (_, { user, build, endsAt, now }) => sql`
    INSERT INTO feed_timelines (user_id, build, building, floor, oldest, ends_at)
    VALUES (${user}, ${build}, true, 0, ${sql.lit(MAX_ID_STRING)}::bigint, ${endsAt})
    ON CONFLICT (user_id) DO UPDATE SET
      build = excluded.build, building = true, floor = 0, oldest = excluded.oldest, ends_at = excluded.ends_at
    WHERE feed_timelines.ends_at <= ${now}`,
  sample: () => ({ user: '1', build: '1', endsAt: '1', now: '0' }),
});

const fill = defineStatement({
  name: 'feed.fill_timeline',
  params: {
    user: 'bigint',
    build: 'bigint',
    ids: 'text',
    floor: 'bigint',
    oldest: 'bigint',
    endsAt: 'bigint',
    now: 'bigint',
  },
  build: (_, { user, build, ids, floor, oldest, endsAt, now }) => sql<{ filled: number }>`
    WITH mine AS (
      UPDATE feed_timelines SET
        building = false, floor = ${floor}, oldest = least(oldest, ${oldest}), ends_at = ${endsAt}
      WHERE user_id = ${user} AND build = ${build} AND building AND ends_at > ${now}
      RETURNING user_id
    ), entered AS (
      INSERT INTO feed_entries (user_id, post_id)
      SELECT mine.user_id, filled.id
      FROM mine CROSS JOIN unnest(string_to_array(${ids}, ',')::bigint[]) AS filled (id)
      ON CONFLICT DO NOTHING
    )
    SELECT count(*)::integer AS filled FROM mine`,
  sample: ({ newest, oldest }) => ({
    user: '1',
    build: '1',
    ids: `${newest},${oldest}`,
    floor: '0',
    oldest,
    endsAt: '1',
    now: '0',
  }),
});

const abandon = defineStatement({
  name: 'feed.abandon_timeline',
  params: { user: 'bigint', build: 'bigint' },
  build: (_, { user, build }) =>
    sql`DELETE FROM feed_timelines WHERE user_id = ${user} AND build = ${build} AND building`,
  sample: () => ({ user: '1', build: '1' }),
});

const drop = defineStatement({
  name: 'feed.drop_timelines',
  params: { users: 'bigint[]' },
  build: (_, { users }) => sql`DELETE FROM feed_timelines WHERE user_id = ANY(${users})`,
  sample: ({ ids }) => ({ users: ids }),
});

const countActive = defineStatement({
  name: 'feed.count_active',
  params: { readers: 'text', now: 'bigint' },
  build: (_, { readers, now }) => sql<{ active: number }>`
    SELECT count(*)::integer AS active
    FROM unnest(string_to_array(${readers}, ',')::bigint[]) AS reader (user_id)
    JOIN feed_timelines AS t ON t.user_id = reader.user_id AND t.ends_at > ${now}`,
  sample: () => ({ readers: '1,2', now: '0' }),
});

const countAll = defineStatement({
  name: 'feed.count_timelines',
  params: { now: 'bigint' },
  build: (_, { now }) =>
    sql<{ active: number }>`SELECT count(*)::integer AS active FROM feed_timelines WHERE ends_at > ${now}`,
  sample: () => ({ now: '0' }),
});

/** A power of two of at least `value`. */
const powerOfTwo = (value: number): number => 2 ** Math.ceil(Math.log2(Math.max(2, value)));

/**
 * Home timelines as rows: the {@link TimelineStore} of platforms without Redis.
 *
 * A push is one statement for thousands of readers. With each push a share of the readers it reached is trimmed, in turns, so
 * that a timeline grows by a few hundred ids at most between two turns. Entries older than the month before this one are left to
 * the partitions they go with.
 */
export function createPostgresTimelines(
  deps: { readonly db: Kysely<Database>; readonly clock: Clock },
  options: TimelineOptions = {},
): TimelineStore {
  const { db, clock } = deps;
  const { keep, slack, ttlMs } = resolveTimelineOptions(options);
  const turns = powerOfTwo(slack * 2);
  let turn = 0;

  const fillOnce = (userId: Id, build: Id, ids: readonly Id[], complete: boolean) => {
    const now = clock.now();
    const { lo } = spanAt(now);
    const lowest = ids.at(-1) ?? MAX_ID_STRING;
    return fill.first(db, {
      user: userId,
      build,
      ids: ids.filter((id) => compareIds(id, lo) >= 0).join(','),
      floor: complete || ids.length === 0 ? '0' : lowest,
      oldest: lowest,
      endsAt: now + ttlMs,
      now,
    });
  };

  interface Question {
    readonly userId: Id;
    readonly hi: Id;
    readonly limit: number;
    readonly now: number;
  }
  const ask = coalescing<Question, TimelineRow | undefined>(
    (questions) =>
      readSeveral.run(db, {
        users: questions.map(({ userId }) => userId),
        his: questions.map(({ hi }) => hi),
        limits: questions.map(({ limit }) => limit),
        nows: questions.map(({ now }) => now),
        ...spanAt(clock.now()),
      }),
    { lanes: READ_LANES, most: MAX_READS, together: () => true },
  );

  return {
    async push(postId, readers) {
      if (readers === '') return 0;
      const now = clock.now();
      const span = spanAt(now);
      const values = { post: postId, readers, now: now - GRACE_MS };
      if (compareIds(postId, span.lo) < 0) return (await pushOld.first(db, values))?.active ?? 0;
      const active = (await push.first(db, values))?.active ?? 0;
      turn = (turn + 1) % turns;
      if (active > 0) await trim.run(db, { readers, keep, of: turns, turn, ...span });
      return active;
    },
    async read(userId, { before, limit }) {
      const now = clock.now();
      const span = spanAt(now);
      const hi = before === null ? span.hi : (BigInt(before) - 1n).toString();
      const row = await ask({ userId, hi, limit: limit + 1, now });
      if (row?.build === undefined || row.build === null) return null;
      if (Number(row.endsAt) - now < ttlMs * 0.9)
        await extend.run(db, { user: userId, build: row.build, endsAt: now + ttlMs });
      const found = row.ids === null ? [] : row.ids.split(',');
      // Entries below this month's span exist only in timelines that were begun when the span reached further down.
      const reached = compareIds(span.lo, spanAt(timeOfId(row.build)).lo) <= 0;
      const complete = row.floor === '0' && reached && compareIds(row.oldest, span.lo) >= 0;
      const below = compareIds(row.floor, span.lo) > 0 ? row.floor : span.lo;
      const bottom = complete ? '0' : below;
      const ids = found.slice(0, limit).filter((id) => compareIds(id, bottom) >= 0);
      const floor = found.length > limit && ids.length === limit ? (ids.at(-1) ?? bottom) : bottom;
      return { build: row.build, ids, floor };
    },
    async begin(userId, build) {
      const now = clock.now();
      return (await begin.affected(db, { user: userId, build, endsAt: now + BUILD_LIMIT_MS, now })) > 0;
    },
    async fill(userId, build, ids, complete) {
      try {
        return (await fillOnce(userId, build, ids, complete))?.filled === 1;
      } catch (error) {
        if (!isMissingPartition(error)) throw error;
        for (const id of [ids[0], ids.at(-1)]) if (id !== undefined) await ensurePartitionOf(db, id);
        return (await fillOnce(userId, build, ids, complete))?.filled === 1;
      }
    },
    async abandon(userId, build) {
      await abandon.run(db, { user: userId, build });
    },
    async drop(userIds) {
      if (userIds.length > 0) await drop.run(db, { users: userIds });
    },
    async countActive(readers) {
      if (readers === '') return 0;
      return (await countActive.first(db, { readers, now: clock.now() }))?.active ?? 0;
    },
    size: async () => (await countAll.first(db, { now: clock.now() }))?.active ?? 0,
    async close() {},
  };
}
