import type { Id } from '@socialkit/core';
import { EVERYWHERE, type TrendCount, type TrendUses } from '@socialkit/feed';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

/** Uses removed by one statement at most. */
const SWEEP = 10_000;

const replace = defineStatement({
  name: 'trends.replace',
  params: {
    source: 'text',
    kinds: 'text[]',
    subjects: 'text[]',
    actors: 'bigint[]',
    posts: 'bigint[]',
    cells: 'text[]',
    ats: 'bigint[]',
  },
  // What stays is written over, so that the rows taken out and those put in are never the same.
  build: (_, { source, kinds, subjects, actors, posts, cells, ats }) => sql`
    WITH wanted AS (
      SELECT DISTINCT ON (u.kind, u.subject, u.actor) u.*
      FROM unnest(${kinds}, ${subjects}, ${actors}, ${posts}, ${cells}, ${ats}) AS u (kind, subject, actor, post, cell, at)
    ), gone AS (
      DELETE FROM trend_uses AS t WHERE t.source = ${source} AND NOT EXISTS (
        SELECT FROM wanted AS w WHERE w.kind = t.kind AND w.subject = t.subject AND w.actor = t.actor_id)
    )
    INSERT INTO trend_uses (kind, subject, actor_id, source, post_id, cell, at)
    SELECT w.kind, w.subject, w.actor, ${source}, w.post, w.cell, w.at FROM wanted AS w
    ON CONFLICT (source, kind, md5(subject), actor_id)
    DO UPDATE SET post_id = excluded.post_id, cell = excluded.cell, at = excluded.at`,
  sample: ({ now }) => ({
    source: 'post:1',
    kinds: ['hashtag'],
    subjects: ['tea'],
    actors: ['1'],
    posts: ['1'],
    cells: [''],
    ats: [String(now)],
  }),
});

const removePost = defineStatement({
  name: 'trends.remove_post',
  params: { post: 'bigint' },
  build: (_, { post }) => sql`DELETE FROM trend_uses WHERE post_id = ${post}`,
  sample: () => ({ post: '1' }),
});

const removeActor = defineStatement({
  name: 'trends.remove_actor',
  params: { actor: 'bigint' },
  build: (_, { actor }) => sql`DELETE FROM trend_uses WHERE actor_id = ${actor}`,
  sample: () => ({ actor: '1' }),
});

const removeBefore = defineStatement({
  name: 'trends.remove_before',
  params: { at: 'bigint' },
  build: (_, { at }) => sql`
    DELETE FROM trend_uses WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM trend_uses WHERE at < ${at} ORDER BY at LIMIT ${sql.lit(SWEEP)}))`,
  sample: ({ now }) => ({ at: String(now) }),
});

/** Groups by cell and over all cells: a use without a cell counts in the second only. */
const everywhere = sql.lit(EVERYWHERE);
const cellOf = (column: RawBuilder<unknown>) =>
  sql`CASE WHEN grouping(${column}) = 1 THEN ${everywhere} ELSE ${column} END`;

const count = defineStatement({
  name: 'trends.count',
  params: { kind: 'text', from: 'bigint', to: 'bigint', min: 'integer', limit: 'integer' },
  build: (_, { kind, from, to, min, limit }) => sql<TrendCount>`
    SELECT u.subject, ${cellOf(sql`u.cell`)} AS cell, count(DISTINCT u.actor_id)::integer AS actors, count(*)::integer AS uses
    FROM trend_uses AS u
    WHERE u.at >= ${from} AND u.at < ${to} AND u.kind = ${kind}
    GROUP BY GROUPING SETS ((u.subject), (u.subject, u.cell))
    HAVING (grouping(u.cell) = 1 OR u.cell <> ${everywhere}) AND count(DISTINCT u.actor_id) >= ${min}
    ORDER BY actors DESC, u.subject COLLATE "C", cell COLLATE "C" LIMIT ${limit}`,
  sample: ({ now }) => ({ kind: 'hashtag', from: '0', to: String(now), min: 2, limit: 100 }),
});

const people = defineStatement({
  name: 'trends.people',
  params: { from: 'bigint', to: 'bigint' },
  build: (_, { from, to }) => sql<{ cell: string; actors: number }>`
    SELECT ${cellOf(sql`u.cell`)} AS cell, count(DISTINCT u.actor_id)::integer AS actors
    FROM trend_uses AS u
    WHERE u.at >= ${from} AND u.at < ${to}
    GROUP BY GROUPING SETS ((), (u.cell))
    HAVING count(*) > 0 AND (grouping(u.cell) = 1 OR u.cell <> ${everywhere})`,
  sample: ({ now }) => ({ from: '0', to: String(now) }),
});

const levels = defineStatement({
  name: 'trends.span_levels',
  params: { kind: 'text', subjects: 'text[]', from: 'bigint[]', to: 'bigint[]', bin: 'bigint' },
  build: (_, { kind, subjects, from, to, bin }) => sql<{ span: number; cell: string; actors: number }>`
    SELECT (s.n - 1)::integer AS span, b.cell, max(b.actors)::integer AS actors
    FROM unnest(${subjects}, ${from}, ${to}) WITH ORDINALITY AS s (subject, lo, hi, n)
    CROSS JOIN LATERAL (
      SELECT ${cellOf(sql`u.cell`)} AS cell, count(DISTINCT u.actor_id) AS actors
      FROM trend_uses AS u
      WHERE u.kind = ${kind} AND md5(u.subject) = md5(s.subject) AND u.subject = s.subject AND u.at >= s.lo AND u.at < s.hi
      GROUP BY GROUPING SETS (((u.at - s.lo) / ${bin}), ((u.at - s.lo) / ${bin}, u.cell))
      HAVING grouping(u.cell) = 1 OR u.cell <> ${everywhere}
    ) AS b
    GROUP BY s.n, b.cell`,
  sample: ({ now }) => ({
    kind: 'hashtag',
    subjects: ['tea'],
    from: ['0'],
    to: [String(now)],
    bin: '3600000',
  }),
});

const samples = defineStatement({
  name: 'trends.samples',
  params: { kind: 'text', subject: 'text', cell: 'text', from: 'bigint', limit: 'integer' },
  build: (_, { kind, subject, cell, from, limit }) => sql<{ id: Id }>`
    SELECT u.post_id AS id FROM trend_uses AS u
    WHERE u.kind = ${kind} AND md5(u.subject) = md5(${subject}) AND u.subject = ${subject} AND u.at >= ${from}
      AND (${cell} = ${everywhere} OR u.cell = ${cell})
    GROUP BY u.post_id ORDER BY max(u.at) DESC, u.post_id DESC LIMIT ${limit}`,
  sample: () => ({ kind: 'hashtag', subject: 'tea', cell: '', from: '0', limit: 12 }),
});

const tagsOf = defineStatement({
  name: 'trends.tags_of',
  params: { actors: 'bigint[]', from: 'bigint', limit: 'integer' },
  build: (_, { actors, from, limit }) => sql<{ subject: string; actors: number }>`
    SELECT u.subject, count(DISTINCT u.actor_id)::integer AS actors FROM trend_uses AS u
    WHERE u.kind = 'hashtag' AND u.actor_id = ANY(${actors}) AND u.at >= ${from}
    GROUP BY u.subject ORDER BY actors DESC, u.subject COLLATE "C" LIMIT ${limit}`,
  sample: ({ ids }) => ({ actors: ids, from: '0', limit: 200 }),
});

/** Uses in PostgreSQL. */
export const createPostgresTrendUses = (db: Kysely<Database>): TrendUses => ({
  async replace(source, uses) {
    await replace.run(db, {
      source,
      kinds: uses.map(({ kind }) => kind),
      subjects: uses.map(({ subject }) => subject),
      actors: uses.map(({ actorId }) => actorId),
      posts: uses.map(({ postId }) => postId),
      cells: uses.map(({ cell }) => cell),
      ats: uses.map(({ at }) => at),
    });
  },
  async removePost(post) {
    await removePost.run(db, { post });
  },
  async removeActor(actor) {
    await removeActor.run(db, { actor });
  },
  removeBefore: (at) => removeBefore.affected(db, { at }),
  count: (kind, stretch) => count.run(db, { kind, ...stretch }),
  people: async (stretch) =>
    new Map((await people.run(db, stretch)).map(({ cell, actors }) => [cell, actors])),
  async levels(kind, spans, bin) {
    if (spans.length === 0) return [];
    return levels.run(db, {
      kind,
      subjects: spans.map(({ subject }) => subject),
      from: spans.map(({ from }) => from),
      to: spans.map(({ to }) => to),
      bin,
    });
  },
  samples: async (kind, subject, where) =>
    (await samples.run(db, { kind, subject, ...where })).map(({ id }) => id),
  async tagsOf(actors, where) {
    return actors.length === 0 ? [] : tagsOf.run(db, { actors, ...where });
  },
});
