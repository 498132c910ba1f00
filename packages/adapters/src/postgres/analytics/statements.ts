import type { AnalyticsPost, Id } from '@socialkit/core';
import { type RawBuilder, sql } from 'kysely';
import { defineStatement } from '../statement.js';
import type { RollupRow } from './rows.js';

const EVENT_COLUMNS = {
  days: 'integer[]',
  kinds: 'text[]',
  ids: 'bigint[]',
  versions: 'bigint[]',
  ts: 'bigint[]',
  actors: 'bigint[]',
  subjects: 'bigint[]',
  authors: 'bigint[]',
  values: 'integer[]',
  depths: 'integer[]',
  sources: 'text[]',
} as const;

const sampleEvents = (ids: readonly string[], now: number) => {
  const one = <T>(value: T) => ids.slice(0, 2).map(() => value);
  return {
    days: one(Math.floor(now / 86_400_000)),
    kinds: one('like'),
    ids: ids.slice(0, 2),
    versions: one('1'),
    ts: one(String(now)),
    actors: one('1'),
    subjects: one('2'),
    authors: one('3'),
    values: one(1),
    depths: one(0),
    sources: one('home'),
  };
};

/** Takes events into the log or the corrections; the rule of versions is in the conflict. */
const recordInto = (name: string, table: RawBuilder<unknown>, activity: boolean) =>
  defineStatement({
    name,
    params: EVENT_COLUMNS,
    build: (_, e) => sql<{ readonly id: Id }>`
      WITH given AS (
        SELECT * FROM unnest(${e.days}, ${e.kinds}, ${e.ids}, ${e.versions}, ${e.ts}, ${e.actors}, ${e.subjects},
          ${e.authors}, ${e.values}, ${e.depths}, ${e.sources})
          AS g (day, kind, id, version, ts, actor, subject, author, value, depth, source)
      ), taken AS (
        INSERT INTO ${table} AS held
          (day, kind, id, version, ts, actor, subject, author, value, depth, source)
        SELECT g.day, g.kind, g.id, g.version, g.ts, g.actor, g.subject, g.author, g.value, g.depth,
          nullif(g.source, '')
        FROM given AS g
        WHERE g.kind NOT IN ('impression', 'link_click', 'profile_click') OR (
          NOT EXISTS (SELECT FROM ${table} AS p WHERE p.day = g.day - 1 AND p.kind = g.kind AND p.id = g.id)
          AND NOT EXISTS (SELECT FROM ${table} AS n WHERE n.day = g.day + 1 AND n.kind = g.kind AND n.id = g.id)
        )
        ORDER BY g.day, g.kind, g.id
        ON CONFLICT (day, kind, id) DO UPDATE SET version = excluded.version, value = excluded.value
          WHERE excluded.version > held.version
        RETURNING day, author, actor, ts, id
      ), marked AS (
        INSERT INTO an_mark (author, hour) SELECT DISTINCT author, (ts / 3600000)::integer FROM taken
      )${
        activity
          ? sql`, seen AS (
        INSERT INTO an_active (day, account) SELECT DISTINCT day, actor FROM taken ORDER BY day, actor
        ON CONFLICT DO NOTHING
      )`
          : sql``
      }
      SELECT id::text FROM taken`,
    sample: ({ ids, now }) => sampleEvents(ids, now),
    // The conflict is looked for in the partition of each row alone; the plan names them all.
    exempt: 'an event of any day finds its own partition',
  });

export const record = recordInto('analytics.record', sql`an_event`, true);
export const recordCorrections = recordInto('analytics.record_corrections', sql`an_correction`, false);

export const recordPosts = defineStatement({
  name: 'analytics.record_posts',
  params: {
    posts: 'bigint[]',
    authors: 'bigint[]',
    ts: 'bigint[]',
    types: 'text[]',
    tags: 'text[]',
    followers: 'integer[]',
    versions: 'bigint[]',
    live: 'boolean[]',
  },
  // Hashtags hold no spaces: one text a post.
  build: (_, p) => sql`
    INSERT INTO an_post AS held (post, author, ts, type, tags, followers, version, live)
    SELECT g.post, g.author, g.ts, g.type, string_to_array(g.tags, ' '), g.followers, g.version, g.live
    FROM unnest(${p.posts}, ${p.authors}, ${p.ts}, ${p.types}, ${p.tags}, ${p.followers}, ${p.versions}, ${p.live})
      AS g (post, author, ts, type, tags, followers, version, live)
    ORDER BY g.post
    ON CONFLICT (post) DO UPDATE SET version = excluded.version, live = excluded.live
      WHERE excluded.version > held.version`,
  sample: ({ newest }) => ({
    posts: [newest],
    authors: ['1'],
    ts: ['1'],
    types: ['text'],
    tags: ['a b'],
    followers: [1],
    versions: ['1'],
    live: [true],
  }),
});

export const whole = defineStatement({
  name: 'analytics.whole',
  params: { author: 'bigint', span: 'integer', from: 'integer', to: 'integer', sketches: 'boolean' },
  build: (_, { author, span, from, to, sketches }) => sql<RollupRow>`
    SELECT r.author::text, r.subject::text, r.span, r.start, r.layer, array_to_string(r.counts, ',') AS counts,
      CASE WHEN ${sketches} THEN r.sketches ELSE ''::bytea END AS sketches
    FROM an_rollup AS r
    WHERE r.author = ${author} AND r.span = ${span} AND r.subject = 0 AND r.start >= ${from} AND r.start < ${to}
    ORDER BY r.start`,
  sample: () => ({ author: '1', span: 2, from: 20_000, to: 20_090, sketches: true }),
});

export const posts = defineStatement({
  name: 'analytics.posts',
  params: { author: 'bigint', from: 'bigint', to: 'bigint', limit: 'integer' },
  build: (_, { author, from, to, limit }) => sql<{
    readonly postId: Id;
    readonly ts: string;
    readonly type: AnalyticsPost['type'];
    readonly tags: string | null;
    readonly followers: number;
    readonly counts: string | null;
  }>`
    SELECT p.post::text AS "postId", p.ts::text, p.type, array_to_string(p.tags, ' ') AS tags, p.followers,
      array_to_string(t.counts, ',') AS counts
    FROM an_post AS p
    LEFT JOIN an_rollup AS t ON t.author = p.author AND t.span = 3 AND t.subject = p.post AND t.start = 0 AND t.layer = 0
    WHERE p.author = ${author} AND p.live AND p.ts >= ${from} AND p.ts < ${to}
    ORDER BY p.ts DESC, p.post DESC LIMIT ${limit}`,
  sample: ({ now }) => ({ author: '1', from: 0, to: now, limit: 100 }),
});

export const publications = defineStatement({
  name: 'analytics.publications',
  params: { author: 'bigint', from: 'bigint', to: 'bigint' },
  build: (_, { author, from, to }) => sql<{ readonly quarter: number; readonly count: number }>`
    SELECT (ts / 900000)::integer AS quarter, count(*)::integer AS count FROM an_post
    WHERE author = ${author} AND live AND ts >= ${from} AND ts < ${to} GROUP BY 1 ORDER BY 1`,
  sample: ({ now }) => ({ author: '1', from: 0, to: now }),
});

export const fans = defineStatement({
  name: 'analytics.fans',
  params: { author: 'bigint', from: 'integer', to: 'integer', limit: 'integer' },
  build: (_, { author, from, to, limit }) => sql<{ readonly accountId: Id; readonly value: number }>`
    SELECT account::text AS "accountId", sum(value)::integer AS value FROM an_fan
    WHERE author = ${author} AND day >= ${from} AND day < ${to}
    GROUP BY account ORDER BY 2 DESC, account LIMIT ${limit}`,
  sample: () => ({ author: '1', from: 20_000, to: 20_030, limit: 100 }),
});

export const depthOf = defineStatement({
  name: 'analytics.depth_of',
  params: { actor: 'bigint', post: 'bigint', from: 'integer', to: 'integer' },
  build: (_, { actor, post, from, to }) => sql<{ readonly depth: number | null }>`
    SELECT min(depth)::integer AS depth FROM an_event
    WHERE kind = 'impression' AND depth > 0 AND actor = ${actor} AND subject = ${post}
      AND day >= ${from} AND day < ${to}`,
  sample: ({ now }) => ({
    actor: '1',
    post: '2',
    from: Math.floor(now / 86_400_000) - 1,
    to: Math.floor(now / 86_400_000) + 1,
  }),
});

export const shareDepths = defineStatement({
  name: 'analytics.share_depths',
  params: { days: 'integer[]', ids: 'bigint[]' },
  build: (_, { days, ids }) => sql<{ readonly id: Id; readonly depth: number }>`
    SELECT g.id::text, e.depth::integer FROM unnest(${days}, ${ids}) AS g (day, id)
    JOIN an_event AS e ON e.day = g.day AND e.kind = 'share' AND e.id = g.id`,
  sample: ({ ids, now }) => ({ days: ids.map(() => Math.floor(now / 86_400_000)), ids }),
  exempt: 'shares of any day, each in its own partition',
});

export const audience = defineStatement({
  name: 'analytics.audience',
  params: { author: 'bigint' },
  build: (_, { author }) =>
    sql<{
      readonly at: string;
      readonly n: number;
      readonly splits: Readonly<Record<string, Readonly<Record<string, number>>>>;
    }>`SELECT at::text, n, splits FROM an_audience WHERE author = ${author}`,
  sample: () => ({ author: '1' }),
});

export const putAudience = defineStatement({
  name: 'analytics.put_audience',
  params: { author: 'bigint', at: 'bigint', n: 'integer', splits: 'jsonb' },
  build: (_, { author, at, n, splits }) => sql`
    INSERT INTO an_audience (author, at, n, splits) VALUES (${author}, ${at}, ${n}, ${splits})
    ON CONFLICT (author) DO UPDATE SET at = excluded.at, n = excluded.n, splits = excluded.splits`,
  sample: () => ({ author: '1', at: '1', n: 0, splits: '{}' }),
});

interface DayCount {
  readonly day: number;
  readonly count: number;
}
const DAYS = { from: 'integer', to: 'integer' } as const;
const sampleDays = () => ({ from: 20_000, to: 20_030 });

export const activeByDay = defineStatement({
  name: 'analytics.active_by_day',
  params: DAYS,
  build: (_, { from, to }) => sql<DayCount>`
    SELECT day, count(*)::integer AS count FROM an_active WHERE day >= ${from} AND day < ${to} GROUP BY day ORDER BY day`,
  sample: sampleDays,
});

export const activeIn = defineStatement({
  name: 'analytics.active_in',
  params: DAYS,
  build: (_, { from, to }) => sql<{ readonly count: number }>`
    SELECT count(DISTINCT account)::integer AS count FROM an_active WHERE day >= ${from} AND day < ${to}`,
  sample: sampleDays,
});

export const joinedByDay = defineStatement({
  name: 'analytics.joined_by_day',
  params: DAYS,
  build: (_, { from, to }) => sql<DayCount>`
    SELECT day, count(*)::integer AS count FROM an_account WHERE day >= ${from} AND day < ${to}
    GROUP BY day ORDER BY day`,
  sample: sampleDays,
});

export const retained = defineStatement({
  name: 'analytics.retained',
  params: { ...DAYS, after: 'integer' },
  build: (_, { from, to, after }) => sql<DayCount>`
    SELECT j.day, count(*)::integer AS count FROM an_account AS j
    JOIN an_active AS a ON a.day = j.day + ${after} AND a.account = j.account
    WHERE j.day >= ${from} AND j.day < ${to} GROUP BY j.day ORDER BY j.day`,
  sample: () => ({ from: 20_000, to: 20_030, after: 1 }),
});

export const joined = defineStatement({
  name: 'analytics.joined',
  params: { account: 'bigint', day: 'integer' },
  build: (_, { account, day }) => sql`
    INSERT INTO an_account (account, day) VALUES (${account}, ${day}) ON CONFLICT DO NOTHING`,
  sample: () => ({ account: '1', day: 20_000 }),
});
