import { type Id, MAX_ID_STRING, type Repost, type RepostReader, type RepostWriter } from '@socialkit/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

const find = defineStatement({
  name: 'reposts.find',
  params: { author: 'bigint', original: 'bigint' },
  build: (_, { author, original }) => sql<{ postId: Id }>`
    SELECT post_id AS "postId" FROM reposts WHERE author_id = ${author} AND original_id = ${original}`,
  sample: ({ newest }) => ({ author: '1', original: newest }),
});

const ofOriginal = defineStatement({
  name: 'reposts.of_original',
  params: { original: 'bigint', before: 'bigint', limit: 'integer' },
  build: (_, { original, before, limit }) => sql<Repost>`
    SELECT author_id AS "authorId", original_id AS "originalId", post_id AS "postId" FROM reposts
    WHERE original_id = ${original} AND post_id < ${before} ORDER BY post_id DESC LIMIT ${limit}`,
  sample: ({ oldest, newest }) => ({ original: oldest, before: newest, limit: 21 }),
});

const insert = defineStatement({
  name: 'reposts.insert',
  params: { author: 'bigint', original: 'bigint', post: 'bigint' },
  build: (_, { author, original, post }) => sql`
    INSERT INTO reposts (author_id, original_id, post_id) VALUES (${author}, ${original}, ${post}) ON CONFLICT DO NOTHING`,
  sample: ({ oldest, newest }) => ({ author: '1', original: oldest, post: newest }),
});

const remove = defineStatement({
  name: 'reposts.remove',
  params: { author: 'bigint', original: 'bigint' },
  build: (_, { author, original }) => sql<{ postId: Id }>`
    DELETE FROM reposts WHERE author_id = ${author} AND original_id = ${original} RETURNING post_id AS "postId"`,
  sample: ({ newest }) => ({ author: '1', original: newest }),
});

/** Reads who reposted what. */
export const createPostgresRepostReader = (db: Kysely<Database>): RepostReader => ({
  find: async (author, original) => (await find.first(db, { author, original }))?.postId ?? null,
  ofOriginal: (original, { after, limit }) =>
    ofOriginal.run(db, { original, before: after ?? MAX_ID_STRING, limit }),
});

/** Writes it inside a transaction. */
export const createPostgresReposts = (tx: Transaction<Database>): RepostReader & RepostWriter => ({
  ...createPostgresRepostReader(tx),
  insert: async ({ authorId, originalId, postId }) =>
    (await insert.affected(tx, { author: authorId, original: originalId, post: postId })) > 0,
  remove: async (author, original) => (await remove.first(tx, { author, original }))?.postId ?? null,
});
