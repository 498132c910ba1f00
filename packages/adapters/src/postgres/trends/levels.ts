import type { SubjectLevel, TrendLevels } from '@socialkit/feed';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

interface LevelRow {
  readonly subject: string;
  readonly cell: string;
  readonly score: number;
  readonly at: string;
  readonly startedAt: string | null;
  readonly usual: number;
  readonly actors: number;
  readonly expected: number;
  readonly uses: number;
  readonly peakAt: string;
}

const COLUMNS = sql`subject, cell, score, at, started_at AS "startedAt", usual, actors, expected, uses, peak_at AS "peakAt"`;

const all = defineStatement({
  name: 'trends.levels',
  params: { window: 'text', kind: 'text' },
  build: (_, { window, kind }) => sql<LevelRow>`
    SELECT ${COLUMNS} FROM trend_levels WHERE trend_window = ${window} AND kind = ${kind}`,
  sample: () => ({ window: '1h', kind: 'hashtag' }),
});

const find = defineStatement({
  name: 'trends.find_level',
  params: { window: 'text', kind: 'text', cell: 'text', subject: 'text' },
  build: (_, { window, kind, cell, subject }) => sql<LevelRow>`
    SELECT ${COLUMNS} FROM trend_levels
    WHERE trend_window = ${window} AND kind = ${kind} AND cell = ${cell} AND subject = ${subject}`,
  sample: () => ({ window: '1h', kind: 'hashtag', cell: '', subject: 'tea' }),
});

const listed = defineStatement({
  name: 'trends.listed',
  params: { window: 'text', kind: 'text', cell: 'text', limit: 'integer' },
  build: (_, { window, kind, cell, limit }) => sql<LevelRow>`
    SELECT ${COLUMNS} FROM trend_levels
    WHERE trend_window = ${window} AND kind = ${kind} AND cell = ${cell} AND started_at IS NOT NULL
    ORDER BY score DESC, subject COLLATE "C" LIMIT ${limit}`,
  sample: () => ({ window: '1h', kind: 'hashtag', cell: '', limit: 50 }),
});

// As JSON: statements have no arrays of floating-point numbers.
const put = defineStatement({
  name: 'trends.put_levels',
  params: { window: 'text', kind: 'text', rows: 'jsonb' },
  build: (_, { window, kind, rows }) => sql`
    INSERT INTO trend_levels
      (trend_window, kind, cell, subject, score, at, started_at, usual, actors, expected, uses, peak_at)
    SELECT ${window}, ${kind}, r.cell, r.subject, r.score, r.at, r."startedAt", r.usual, r.actors, r.expected, r.uses, r."peakAt"
    FROM jsonb_to_recordset(${rows}) AS r (cell text, subject text, score double precision, at bigint, "startedAt" bigint,
      usual double precision, actors integer, expected double precision, uses integer, "peakAt" bigint)
    ORDER BY r.cell, r.subject
    ON CONFLICT (trend_window, kind, cell, subject) DO UPDATE SET
      score = excluded.score, at = excluded.at, started_at = excluded.started_at, usual = excluded.usual,
      actors = excluded.actors, expected = excluded.expected, uses = excluded.uses, peak_at = excluded.peak_at`,
  sample: () => ({ window: '1h', kind: 'hashtag', rows: '[]' }),
});

const remove = defineStatement({
  name: 'trends.remove_levels',
  params: { window: 'text', kind: 'text', cells: 'text[]', subjects: 'text[]' },
  build: (_, { window, kind, cells, subjects }) => sql`
    DELETE FROM trend_levels AS l USING unnest(${cells}, ${subjects}) AS g (cell, subject)
    WHERE l.trend_window = ${window} AND l.kind = ${kind} AND l.cell = g.cell AND l.subject = g.subject`,
  sample: () => ({ window: '1h', kind: 'hashtag', cells: [''], subjects: ['tea'] }),
});

const asLevel = ({ subject, cell, at, startedAt, peakAt, ...rest }: LevelRow): SubjectLevel => ({
  subject,
  cell,
  level: {
    ...rest,
    at: Number(at),
    startedAt: startedAt === null ? null : Number(startedAt),
    peakAt: Number(peakAt),
  },
});

/** What the looks remember, in PostgreSQL. */
export const createPostgresTrendLevels = (db: Kysely<Database>): TrendLevels => ({
  all: async (window, kind) => (await all.run(db, { window, kind })).map(asLevel),
  async find(window, kind, { subject, cell }) {
    const row = await find.first(db, { window, kind, cell, subject });
    return row ? asLevel(row).level : null;
  },
  async put(window, kind, levels) {
    if (levels.length === 0) return;
    const rows = JSON.stringify(levels.map(({ subject, cell, level }) => ({ subject, cell, ...level })));
    await put.run(db, { window, kind, rows });
  },
  async remove(window, kind, subjects) {
    if (subjects.length === 0) return;
    await remove.run(db, {
      window,
      kind,
      cells: subjects.map(({ cell }) => cell),
      subjects: subjects.map(({ subject }) => subject),
    });
  },
  listed: async (window, kind, cell, limit) =>
    (await listed.run(db, { window, kind, cell, limit })).map(asLevel),
});
