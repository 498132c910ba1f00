import type { AnalyticsKind, Id } from '@socialkit/core';
import { sql } from 'kysely';
import { defineStatement } from '../statement.js';
import type { RollupRow } from './rows.js';

/** Any fixed number: whoever makes rollups in a database takes turns on it. */
const TURN = 7_305_115_926_219;

/** In a statement of its own: what it waited for is visible to the next one only. */
export const takeTurn = defineStatement({
  name: 'rollups.take_turn',
  params: { turn: 'bigint' },
  build: (_, { turn }) => sql`SELECT pg_advisory_xact_lock(${turn})`,
  sample: () => ({ turn: TURN }),
});
export const TURN_KEY = TURN;

/** LIMIT keeps each lookup a probe of its index: without it the planner may join whole tables. */
const PROBE = sql`LIMIT 1000000`;

export const claim = defineStatement({
  name: 'rollups.claim',
  params: { limit: 'integer' },
  build: (_, { limit }) => sql<{ readonly author: Id; readonly hour: number }>`
    WITH first AS (SELECT hour / 24 AS day FROM an_mark ORDER BY id LIMIT 1),
    due AS (
      SELECT DISTINCT m.hour, m.author FROM an_mark AS m
      WHERE m.hour >= (SELECT day * 24 FROM first) AND m.hour < (SELECT day * 24 + 24 FROM first)
      ORDER BY m.hour, m.author LIMIT ${limit}
    ), gone AS (
      DELETE FROM an_mark WHERE ctid = ANY(ARRAY(
        SELECT m.ctid FROM due CROSS JOIN LATERAL (
          SELECT ctid FROM an_mark WHERE hour = due.hour AND author = due.author ${PROBE}
        ) AS m
      ))
    )
    SELECT author::text, hour FROM due ORDER BY hour, author`,
  sample: () => ({ limit: 10 }),
});

export interface LoggedRow {
  readonly author: Id;
  readonly subject: Id;
  readonly quarter: number;
  readonly kind: AnalyticsKind;
  readonly actor: Id;
  readonly value: number;
  readonly depth: number;
}

const HOURS = { authors: 'bigint[]', hours: 'integer[]' } as const;
const LOGGED = sql`
  e.author::text, e.subject::text, (e.ts / 900000)::integer AS quarter, e.kind, e.actor::text, e.value,
  e.depth::integer`;

export const events = defineStatement({
  name: 'rollups.events',
  params: { ...HOURS, day: 'integer' },
  build: (_, { authors, hours, day }) => sql<LoggedRow>`
    SELECT ${LOGGED} FROM unnest(${authors}, ${hours}) AS g (author, hour)
    CROSS JOIN LATERAL (
      SELECT * FROM an_event WHERE day = ${day} AND author = g.author
        AND ts >= g.hour::bigint * 3600000 AND ts < (g.hour::bigint + 1) * 3600000 ${PROBE}
    ) AS e`,
  sample: ({ now }) => ({
    authors: ['1'],
    hours: [Math.floor(now / 3_600_000)],
    day: Math.floor(now / 86_400_000),
  }),
});

export const corrections = defineStatement({
  name: 'rollups.corrections',
  params: HOURS,
  build: (_, { authors, hours }) => sql<LoggedRow>`
    SELECT ${LOGGED} FROM unnest(${authors}, ${hours}) AS g (author, hour)
    CROSS JOIN LATERAL (
      SELECT * FROM an_correction WHERE author = g.author
        AND ts >= g.hour::bigint * 3600000 AND ts < (g.hour::bigint + 1) * 3600000 ${PROBE}
    ) AS e`,
  sample: () => ({ authors: ['1'], hours: [480_000] }),
});

export const clearHours = defineStatement({
  name: 'rollups.clear_hours',
  params: { ...HOURS, layer: 'integer' },
  build: (_, { authors, hours, layer }) => sql`
    DELETE FROM an_rollup WHERE ctid = ANY(ARRAY(
      SELECT r.ctid FROM unnest(${authors}, ${hours}) AS due (author, hour)
      CROSS JOIN LATERAL (
        (SELECT ctid FROM an_rollup WHERE author = due.author AND span = 1 AND start = due.hour
          AND layer = ${layer} ${PROBE})
        UNION ALL
        (SELECT ctid FROM an_rollup WHERE author = due.author AND span = 0 AND start >= due.hour * 4
          AND start < due.hour * 4 + 4 AND layer = ${layer} ${PROBE})
      ) AS r
    ))`,
  sample: () => ({ authors: ['1'], hours: [480_000], layer: 0 }),
});

export const put = defineStatement({
  name: 'rollups.put',
  params: {
    authors: 'bigint[]',
    subjects: 'bigint[]',
    spans: 'integer[]',
    starts: 'integer[]',
    layers: 'integer[]',
    counts: 'text[]',
    sketches: 'text[]',
  },
  // Counts and sketches travel as text: an array of arrays would have to be a rectangle, and bytea has no array parameter.
  build: (_, p) => sql`
    INSERT INTO an_rollup AS r (author, subject, span, start, layer, counts, sketches)
    SELECT g.author, g.subject, g.span, g.start, g.layer, string_to_array(g.counts, ',')::bigint[],
      decode(g.sketches, 'base64')
    FROM unnest(${p.authors}, ${p.subjects}, ${p.spans}, ${p.starts}, ${p.layers}, ${p.counts}, ${p.sketches})
      AS g (author, subject, span, start, layer, counts, sketches)
    ON CONFLICT (author, span, subject, start, layer)
      DO UPDATE SET counts = excluded.counts, sketches = excluded.sketches`,
  sample: () => ({
    authors: ['1'],
    subjects: ['0'],
    spans: [1],
    starts: [480_000],
    layers: [0],
    counts: ['1,2'],
    sketches: [''],
  }),
});

export const remove = defineStatement({
  name: 'rollups.remove',
  params: { authors: 'bigint[]', subjects: 'bigint[]', span: 'integer', starts: 'integer[]' },
  build: (_, { authors, subjects, span, starts }) => sql`
    DELETE FROM an_rollup AS r USING unnest(${authors}, ${subjects}, ${starts}) AS g (author, subject, start)
    WHERE r.author = g.author AND r.span = ${span} AND r.subject = g.subject AND r.start = g.start AND r.layer = 0`,
  sample: () => ({ authors: ['1'], subjects: ['0'], span: 2, starts: [20_000] }),
});

const ROLLUP = sql`
  r.author::text, r.subject::text, r.span, r.start, r.layer, array_to_string(r.counts, ',') AS counts, r.sketches`;

export const hoursOf = defineStatement({
  name: 'rollups.hours_of',
  params: { authors: 'bigint[]', subjects: 'bigint[]', days: 'integer[]' },
  build: (_, { authors, subjects, days }) => sql<RollupRow>`
    SELECT ${ROLLUP} FROM unnest(${authors}, ${subjects}, ${days}) AS g (author, subject, day)
    CROSS JOIN LATERAL (
      SELECT * FROM an_rollup WHERE author = g.author AND span = 1 AND subject = g.subject
        AND start >= g.day * 24 AND start < g.day * 24 + 24 ${PROBE}
    ) AS r`,
  sample: () => ({ authors: ['1'], subjects: ['0'], days: [20_000] }),
});

export const daysOf = defineStatement({
  name: 'rollups.days_of',
  params: { authors: 'bigint[]', subjects: 'bigint[]' },
  build: (_, { authors, subjects }) => sql<RollupRow>`
    SELECT ${ROLLUP} FROM unnest(${authors}, ${subjects}) AS g (author, subject)
    CROSS JOIN LATERAL (
      SELECT * FROM an_rollup WHERE author = g.author AND span = 2 AND subject = g.subject ${PROBE}
    ) AS r`,
  sample: () => ({ authors: ['1'], subjects: ['2'] }),
});

export const clearFans = defineStatement({
  name: 'rollups.clear_fans',
  params: { authors: 'bigint[]', day: 'integer' },
  build: (_, { authors, day }) => sql`DELETE FROM an_fan WHERE author = ANY(${authors}) AND day = ${day}`,
  sample: () => ({ authors: ['1'], day: 20_000 }),
});

export const countFans = defineStatement({
  name: 'rollups.count_fans',
  params: { authors: 'bigint[]', day: 'integer' },
  build: (_, { authors, day }) => sql`
    INSERT INTO an_fan (author, day, account, value)
    SELECT e.author, ${day}, e.actor, sum(e.value)::integer FROM an_event AS e
    WHERE e.day = ${day} AND e.author = ANY(${authors})
      AND e.ts >= ${day}::bigint * 86400000 AND e.ts < (${day}::bigint + 1) * 86400000
      AND e.kind NOT IN ('impression', 'follow', 'unfollow') AND e.value > 0
    GROUP BY e.author, e.actor`,
  sample: ({ now }) => ({ authors: ['1'], day: Math.floor(now / 86_400_000) }),
});
