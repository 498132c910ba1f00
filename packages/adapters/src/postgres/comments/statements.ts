import type { CommentSort, CommentStatus, CommentThread, Id, TextEntity } from '@socialkit/core';
import { MAX_ID_STRING } from '@socialkit/core';
import { type RawBuilder, sql } from 'kysely';
import { defineStatement } from '../statement.js';

/** A row as the driver gives it: `bigint` as text. */
export interface CommentRow {
  readonly id: Id;
  readonly postId: Id;
  readonly parentId: Id | null;
  readonly rootId: Id | null;
  readonly replyToId: Id | null;
  readonly depth: number;
  readonly authorId: Id;
  readonly status: CommentStatus;
  readonly text: string;
  readonly entities: readonly TextEntity[];
  readonly label: string | null;
  readonly hiddenAt: string | null;
  readonly publishedAt: string | null;
  readonly revision: number;
  readonly editedAt: string | null;
  readonly deletedAt: string | null;
  readonly replyCount: number;
  readonly reactionCount: number;
  readonly reactionCounts: Readonly<Record<string, number>>;
}

const FIELDS = sql`
  c.id, c.post_id AS "postId", c.parent_id AS "parentId", c.root_id AS "rootId", c.reply_to_id AS "replyToId",
  c.depth, c.author_id AS "authorId", c.status, c.text, c.entities, c.label, c.hidden_at AS "hiddenAt",
  c.published_at AS "publishedAt", c.revision, c.edited_at AS "editedAt", c.deleted_at AS "deletedAt",
  c.reply_count AS "replyCount", c.reaction_count AS "reactionCount", c.reaction_counts AS "reactionCounts"`;

export const byIds = defineStatement({
  name: 'comments.by_ids',
  params: { ids: 'bigint[]', lo: 'bigint', hi: 'bigint' },
  // LIMIT keeps each lookup a probe of the primary key.
  build: (_, { ids, lo, hi }) => sql<CommentRow>`
    SELECT ${FIELDS} FROM unnest(${ids}) AS wanted (id)
    CROSS JOIN LATERAL (
      SELECT * FROM comments WHERE comments.id = wanted.id AND comments.id BETWEEN ${lo} AND ${hi} LIMIT 1
    ) AS c`,
  sample: ({ ids, oldest, newest }) => ({ ids, lo: oldest, hi: newest }),
});

export const thread = defineStatement({
  name: 'comments.thread',
  params: { post: 'bigint' },
  build: (_, { post }) => sql<CommentThread>`
    SELECT post_id AS "postId", first_id AS "firstId", last_id AS "lastId", pinned_id AS "pinnedId"
    FROM comment_threads WHERE post_id = ${post}`,
  sample: ({ newest }) => ({ post: newest }),
});

interface LevelOrder {
  /** The condition on a row of `comments` to stand behind the place `p`. */
  readonly behind: RawBuilder<unknown>;
  /** The order, for rows under an alias. */
  by(alias: string): RawBuilder<unknown>;
}

const ORDERS: Readonly<Record<CommentSort, LevelOrder>> = {
  newest: { behind: sql`comments.id < p.after_id`, by: (alias) => sql`${sql.ref(`${alias}.id`)} DESC` },
  oldest: { behind: sql`comments.id > p.after_id`, by: (alias) => sql`${sql.ref(`${alias}.id`)}` },
  top: {
    behind: sql`(comments.reaction_count, comments.id) < (p.after_count, p.after_id)`,
    by: (alias) => sql`${sql.ref(`${alias}.reaction_count`)} DESC, ${sql.ref(`${alias}.id`)} DESC`,
  },
};

/** The place before the first comment of a level. */
export const BEGINNINGS: Readonly<Record<CommentSort, { readonly id: Id; readonly count: number }>> = {
  newest: { id: MAX_ID_STRING, count: 0 },
  oldest: { id: '0', count: 0 },
  top: { id: MAX_ID_STRING, count: 2_147_483_647 },
};

const defineLevels = (sort: CommentSort) =>
  defineStatement({
    name: `comments.levels_${sort}`,
    params: {
      parents: 'bigint[]',
      afterIds: 'bigint[]',
      afterCounts: 'integer[]',
      lo: 'bigint',
      hi: 'bigint',
      viewer: 'bigint',
      hidden: 'text',
      limit: 'integer',
    },
    // Which comments have a place is the shape of the thread; who may see them is decided on what this returns.
    build: (_, { parents, afterIds, afterCounts, lo, hi, viewer, hidden, limit }) => sql<
      CommentRow & { readonly under: Id }
    >`
      SELECT p.id AS under, ${FIELDS}
      FROM unnest(${parents}, ${afterIds}, ${afterCounts}) WITH ORDINALITY AS p (id, after_id, after_count, place)
      CROSS JOIN LATERAL (
        SELECT * FROM comments
        WHERE coalesce(comments.parent_id, comments.post_id) = p.id
          AND comments.id BETWEEN ${lo} AND ${hi} AND ${ORDERS[sort].behind}
          AND (comments.status = 'published' OR comments.reply_count > 0
            OR (comments.author_id = ${viewer} AND comments.status <> 'deleted'))
          AND CASE ${hidden}
            WHEN 'include' THEN true
            WHEN 'only' THEN comments.hidden_at IS NOT NULL
            ELSE comments.hidden_at IS NULL OR comments.author_id = ${viewer} END
        ORDER BY ${ORDERS[sort].by('comments')} LIMIT ${limit}
      ) AS c
      ORDER BY p.place, ${ORDERS[sort].by('c')}`,
    sample: ({ ids, oldest, newest }) => ({
      parents: ids,
      afterIds: ids.map(() => BEGINNINGS[sort].id),
      afterCounts: ids.map(() => BEGINNINGS[sort].count),
      lo: oldest,
      hi: newest,
      viewer: '1',
      hidden: 'exclude',
      limit: 21,
    }),
  });

export const levels = {
  newest: defineLevels('newest'),
  oldest: defineLevels('oldest'),
  top: defineLevels('top'),
} as const;

export const ofAuthor = defineStatement({
  name: 'comments.of_author',
  params: { author: 'bigint', before: 'bigint', floor: 'bigint', limit: 'integer' },
  build: (_, { author, before, floor, limit }) => sql<CommentRow>`
    SELECT ${FIELDS} FROM comments AS c
    WHERE c.author_id = ${author} AND c.id < ${before} AND c.id >= ${floor} AND c.status <> 'deleted'
    ORDER BY c.id DESC LIMIT ${limit}`,
  sample: ({ oldest, newest }) => ({ author: '1', before: newest, floor: oldest, limit: 21 }),
});

export const insert = defineStatement({
  name: 'comments.insert',
  params: {
    id: 'bigint',
    post: 'bigint',
    parent: 'bigint?',
    root: 'bigint?',
    replyTo: 'bigint?',
    depth: 'integer',
    author: 'bigint',
    status: 'text',
    text: 'text',
    entities: 'jsonb',
    label: 'text?',
    publishedAt: 'bigint?',
    revision: 'integer',
  },
  build: (_, c) => sql`
    WITH thread AS (
      INSERT INTO comment_threads AS t (post_id, first_id, last_id) VALUES (${c.post}, ${c.id}, ${c.id})
      ON CONFLICT (post_id) DO UPDATE SET
        first_id = least(t.first_id, excluded.first_id), last_id = greatest(t.last_id, excluded.last_id)
    )
    INSERT INTO comments (id, post_id, parent_id, root_id, reply_to_id, depth, author_id, status, text, entities,
      label, published_at, revision)
    VALUES (${c.id}, ${c.post}, ${c.parent}, ${c.root}, ${c.replyTo}, ${c.depth}, ${c.author}, ${c.status}, ${c.text},
      ${c.entities}, ${c.label}, ${c.publishedAt}, ${c.revision})`,
  sample: ({ newest, oldest }) => ({
    id: newest,
    post: oldest,
    parent: null,
    root: null,
    replyTo: null,
    depth: 0,
    author: '1',
    status: 'published',
    text: 'sample',
    entities: '[]',
    label: null,
    publishedAt: null,
    revision: 1,
  }),
});

export const edit = defineStatement({
  name: 'comments.edit',
  params: { id: 'bigint', text: 'text', entities: 'jsonb', label: 'text?', at: 'bigint' },
  build: (_, { id, text, entities, label, at }) => sql<{ revision: number }>`
    UPDATE comments SET text = ${text}, entities = ${entities}, label = ${label}, edited_at = ${at},
      revision = revision + 1
    WHERE id = ${id} AND status <> 'deleted' RETURNING revision`,
  sample: ({ newest, now }) => ({ id: newest, text: '', entities: '[]', label: null, at: now }),
});

export const move = defineStatement({
  name: 'comments.move',
  params: { id: 'bigint', from: 'text', to: 'text', at: 'bigint' },
  build: (_, { id, from, to, at }) => sql`
    UPDATE comments SET status = ${to},
      published_at = CASE WHEN ${to} = 'published' THEN coalesce(published_at, ${at}) ELSE published_at END
    WHERE id = ${id} AND status = ${from}`,
  sample: ({ newest, now }) => ({ id: newest, from: 'published', to: 'flagged', at: now }),
});

export const erase = defineStatement({
  name: 'comments.erase',
  params: { id: 'bigint', at: 'bigint' },
  build: (_, { id, at }) => sql`
    WITH gone AS (
      UPDATE comments SET status = 'deleted', text = '', entities = '[]', label = NULL, deleted_at = ${at}
      WHERE id = ${id} AND status <> 'deleted' RETURNING id, post_id
    ), unpinned AS (
      UPDATE comment_threads AS t SET pinned_id = NULL FROM gone
      WHERE t.post_id = gone.post_id AND t.pinned_id = gone.id
    )
    SELECT id FROM gone`,
  sample: ({ newest, now }) => ({ id: newest, at: now }),
});

export const setLabel = defineStatement({
  name: 'comments.set_label',
  params: { id: 'bigint', label: 'text?' },
  build: (_, { id, label }) =>
    sql`UPDATE comments SET label = ${label} WHERE id = ${id} AND status <> 'deleted'`,
  sample: ({ newest }) => ({ id: newest, label: 'sensitive' }),
});

export const setHidden = defineStatement({
  name: 'comments.set_hidden',
  params: { id: 'bigint', at: 'bigint?' },
  build: (_, { id, at }) => sql`
    UPDATE comments SET hidden_at = ${at} WHERE id = ${id} AND (hidden_at IS NULL) <> (${at} IS NULL)`,
  sample: ({ newest }) => ({ id: newest, at: null }),
});

export const setPinned = defineStatement({
  name: 'comments.set_pinned',
  params: { post: 'bigint', comment: 'bigint?' },
  build: (_, { post, comment }) => sql`
    UPDATE comment_threads SET pinned_id = ${comment}
    WHERE post_id = ${post} AND pinned_id IS DISTINCT FROM ${comment}`,
  sample: ({ newest }) => ({ post: newest, comment: null }),
});
