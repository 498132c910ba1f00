import type { Id, LinkCard, PostMedia, TextEntity } from '@socialkit/core';
import { sql } from 'kysely';
import { defineStatement } from '../statement.js';
import { POST_FIELDS, POST_PARAMS, type PostRow, samplePost } from './rows.js';

export const find = defineStatement({
  name: 'posts.find',
  params: { id: 'bigint' },
  // The alias is looked up first, so that the scan of posts knows its one id, and with it its partition, before it starts.
  build: (_, { id }) => sql<PostRow>`
    SELECT ${POST_FIELDS} FROM posts AS p
    WHERE p.id = (SELECT coalesce((SELECT post_id FROM post_aliases WHERE draft_id = ${id}), ${id}))`,
  sample: ({ newest }) => ({ id: newest }),
});

export const aliases = defineStatement({
  name: 'posts.aliases',
  params: { ids: 'bigint[]' },
  build: (_, { ids }) => sql<{ draftId: Id; postId: Id }>`
    SELECT draft_id AS "draftId", post_id AS "postId" FROM post_aliases WHERE draft_id = ANY(${ids})`,
  sample: ({ ids }) => ({ ids }),
});

export const unpublishedIds = defineStatement({
  name: 'posts.unpublished_ids',
  params: { author: 'bigint', before: 'bigint', limit: 'integer' },
  build: (_, { author, before, limit }) => sql<{ id: Id }>`
    SELECT post_id AS id FROM post_drafts WHERE author_id = ${author} AND post_id < ${before}
    ORDER BY post_id DESC LIMIT ${limit}`,
  sample: ({ newest }) => ({ author: '1', before: newest, limit: 21 }),
});

export const countUnpublished = defineStatement({
  name: 'posts.count_unpublished',
  params: { author: 'bigint' },
  build: (_, { author }) => sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM post_drafts WHERE author_id = ${author}`,
  sample: () => ({ author: '1' }),
});

export const byIds = defineStatement({
  name: 'posts.by_ids',
  params: { ids: 'bigint[]', lo: 'bigint', hi: 'bigint' },
  // LIMIT keeps each lookup a probe of the primary key.
  build: (_, { ids, lo, hi }) => sql<PostRow>`
    SELECT ${POST_FIELDS} FROM unnest(${ids}) WITH ORDINALITY AS wanted (id, place)
    CROSS JOIN LATERAL (
      SELECT * FROM posts WHERE posts.id = wanted.id AND posts.id BETWEEN ${lo} AND ${hi} LIMIT 1
    ) AS p
    ORDER BY wanted.place`,
  sample: ({ ids, oldest, newest }) => ({ ids, lo: oldest, hi: newest }),
});

/** A row of `post_revisions`. */
export interface RevisionRow {
  readonly postId: Id;
  readonly revision: number;
  readonly text: string;
  readonly entities: readonly TextEntity[];
  readonly media: readonly PostMedia[];
  readonly link: LinkCard | null;
  readonly contentWarning: string | null;
  readonly writtenAt: string;
}

export const revisions = defineStatement({
  name: 'posts.revisions',
  params: { post: 'bigint', before: 'integer', limit: 'integer' },
  build: (_, { post, before, limit }) => sql<RevisionRow>`
    SELECT post_id AS "postId", revision, text, entities, media, link, content_warning AS "contentWarning",
      written_at AS "writtenAt"
    FROM post_revisions WHERE post_id = ${post} AND revision < ${before} ORDER BY revision DESC LIMIT ${limit}`,
  sample: ({ newest }) => ({ post: newest, before: 2_147_483_647, limit: 21 }),
});

/** Keeps the list of an author's drafts in step with a status: part of every statement that sets one. */
export const insert = defineStatement({
  name: 'posts.insert',
  params: { ...POST_PARAMS, revision: 'integer' },
  build: (_, p) => sql`
    WITH draft AS (
      INSERT INTO post_drafts (author_id, post_id)
      SELECT ${p.author}, ${p.id} WHERE ${p.status} IN ('draft', 'scheduled')
    ), quote AS (
      INSERT INTO quotes (original_id, post_id, author_id)
      SELECT ${p.quoteOf}, ${p.id}, ${p.author} WHERE ${p.quoteOf} IS NOT NULL
    )
    INSERT INTO posts (id, author_id, status, visibility, type, text, entities, media, has_media, link, content_warning, label,
      demoted, comment_policy, repost_of_id, quote_of_id, language, expires_at, scheduled_at, published_at, edited_at, deleted_at, revision)
    VALUES (${p.id}, ${p.author}, ${p.status}, ${p.visibility}, ${p.type}, ${p.text}, ${p.entities}, ${p.media},
      ${p.hasMedia}, ${p.link}, ${p.contentWarning}, ${p.label}, ${p.demoted}, ${p.commentPolicy}, ${p.repostOf}, ${p.quoteOf}, ${p.language},
      ${p.expiresAt}, ${p.scheduledAt}, ${p.publishedAt}, ${p.editedAt}, ${p.deletedAt}, ${p.revision})`,
  sample: ({ newest }) => ({ ...samplePost(newest), revision: 1 }),
});

export const update = defineStatement({
  name: 'posts.update',
  params: { ...POST_PARAMS, revision: 'integer' },
  build: (_, p) => sql<{ revision: number }>`
    WITH changed AS (
      UPDATE posts SET status = ${p.status}, visibility = ${p.visibility}, type = ${p.type}, text = ${p.text},
        entities = ${p.entities}, media = ${p.media}, has_media = ${p.hasMedia}, link = ${p.link},
        content_warning = ${p.contentWarning}, label = ${p.label}, demoted = ${p.demoted}, comment_policy = ${p.commentPolicy},
        language = ${p.language}, scheduled_at = ${p.scheduledAt}, published_at = ${p.publishedAt},
        edited_at = ${p.editedAt}, deleted_at = ${p.deletedAt}, revision = revision + 1
      WHERE id = ${p.id} AND revision = ${p.revision}
      RETURNING id, author_id, revision, status
    ), listed AS (
      INSERT INTO post_drafts (author_id, post_id)
      SELECT author_id, id FROM changed WHERE status IN ('draft', 'scheduled') ON CONFLICT DO NOTHING
    ), unlisted AS (
      DELETE FROM post_drafts USING changed
      WHERE post_drafts.author_id = changed.author_id AND post_drafts.post_id = changed.id
        AND changed.status NOT IN ('draft', 'scheduled')
    )
    SELECT revision FROM changed`,
  sample: ({ newest }) => ({ ...samplePost(newest), revision: 1 }),
});

export const renamePost = defineStatement({
  name: 'posts.rename',
  params: { draft: 'bigint', id: 'bigint' },
  // Moves the row to the partition of its new id. An UPDATE of the key would not say in advance which one that is.
  build: (_, { draft, id }) => sql`
    WITH moved AS (DELETE FROM posts WHERE posts.id = ${draft} RETURNING *),
    unlisted AS (
      DELETE FROM post_drafts USING moved WHERE post_drafts.author_id = moved.author_id AND post_drafts.post_id = moved.id
    ), listed AS (
      INSERT INTO post_drafts (author_id, post_id)
      SELECT author_id, ${id} FROM moved WHERE status IN ('draft', 'scheduled')
    ), alias AS (
      INSERT INTO post_aliases (draft_id, post_id) SELECT moved.id, ${id} FROM moved
    )
    INSERT INTO posts (id, author_id, status, visibility, type, text, entities, media, has_media, link, content_warning, label,
      demoted, comment_policy, repost_of_id, quote_of_id, language, expires_at, scheduled_at, published_at, edited_at, deleted_at, revision)
    SELECT ${id}, author_id, status, visibility, type, text, entities, media, has_media, link, content_warning, label,
      demoted, comment_policy, repost_of_id, quote_of_id, language, expires_at, scheduled_at, published_at, edited_at, deleted_at, revision
    FROM moved`,
  sample: ({ oldest, newest }) => ({ draft: oldest, id: `${newest.slice(0, -1)}7` }),
});

export const renameParts = defineStatement({
  name: 'posts.rename_parts',
  params: { draft: 'bigint', id: 'bigint' },
  build: (_, { draft, id }) => sql`
    WITH poll AS (UPDATE polls SET post_id = ${id} WHERE post_id = ${draft}),
    options AS (UPDATE poll_options SET post_id = ${id} WHERE post_id = ${draft}),
    quote AS (UPDATE quotes SET post_id = ${id}
      WHERE post_id = ${draft} AND original_id = (SELECT p.quote_of_id FROM posts AS p WHERE p.id = ${id}))
    UPDATE post_mentions SET post_id = ${id} WHERE post_id = ${draft}`,
  sample: ({ oldest, newest }) => ({ draft: oldest, id: newest }),
});

export const addRevision = defineStatement({
  name: 'posts.add_revision',
  params: {
    post: 'bigint',
    revision: 'integer',
    text: 'text',
    entities: 'jsonb',
    media: 'jsonb',
    link: 'jsonb?',
    contentWarning: 'text?',
    writtenAt: 'bigint',
  },
  build: (_, r) => sql`
    INSERT INTO post_revisions (post_id, revision, text, entities, media, link, content_warning, written_at)
    VALUES (${r.post}, ${r.revision}, ${r.text}, ${r.entities}, ${r.media}, ${r.link}, ${r.contentWarning}, ${r.writtenAt})`,
  sample: ({ newest, now }) => ({
    post: newest,
    revision: 1,
    text: '',
    entities: '[]',
    media: '[]',
    link: null,
    contentWarning: null,
    writtenAt: now,
  }),
});

export const setMentions = defineStatement({
  name: 'posts.set_mentions',
  params: { post: 'bigint', accounts: 'bigint[]' },
  build: (_, { post, accounts }) => sql`
    WITH gone AS (DELETE FROM post_mentions WHERE post_id = ${post} AND NOT account_id = ANY(${accounts}))
    INSERT INTO post_mentions (post_id, account_id) SELECT ${post}, unnest(${accounts}) ON CONFLICT DO NOTHING`,
  sample: ({ newest }) => ({ post: newest, accounts: ['1'] }),
});

export const setHashtags = defineStatement({
  name: 'posts.set_hashtags',
  params: { post: 'bigint', tags: 'text[]' },
  build: (_, { post, tags }) => sql<{ added: string[]; removed: string[] }>`
    WITH gone AS (DELETE FROM post_hashtags WHERE post_id = ${post} AND NOT tag = ANY(${tags}) RETURNING tag),
    fresh AS (
      INSERT INTO post_hashtags (tag, post_id) SELECT unnest(${tags}), ${post} ON CONFLICT DO NOTHING RETURNING tag
    )
    SELECT ARRAY(SELECT tag FROM fresh ORDER BY tag) AS added, ARRAY(SELECT tag FROM gone ORDER BY tag) AS removed`,
  sample: ({ newest }) => ({ post: newest, tags: ['sample'] }),
});

export const purge = defineStatement({
  name: 'posts.purge',
  params: { post: 'bigint' },
  build: (_, { post }) => sql`
    WITH versions AS (DELETE FROM post_revisions WHERE post_id = ${post})
    DELETE FROM post_mentions WHERE post_id = ${post}`,
  sample: ({ newest }) => ({ post: newest }),
});

export const newestOf = defineStatement({
  name: 'posts.newest_of',
  params: { author: 'bigint', floor: 'bigint', before: 'bigint' },
  build: (_, { author, floor, before }) => sql<{ id: Id }>`
    SELECT p.id FROM posts AS p
    WHERE p.author_id = ${author} AND p.status = 'published' AND p.id >= ${floor} AND p.id < ${before}
    ORDER BY p.id DESC LIMIT 1`,
  sample: ({ oldest, newest }) => ({ author: '1', floor: oldest, before: newest }),
});

export const setLastPost = defineStatement({
  name: 'posts.set_last_post',
  params: { author: 'bigint', post: 'bigint?' },
  build: (_, { author, post }) => sql`
    UPDATE accounts SET last_post_id = ${post} WHERE id = ${author} AND last_post_id IS DISTINCT FROM ${post}`,
  sample: ({ newest }) => ({ author: '1', post: newest }),
});
