import {
  type Bookmark,
  type BookmarkReader,
  type BookmarkWriter,
  type Id,
  MAX_ID_STRING,
  type PinReader,
  type PinWriter,
} from '@socialkit/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

const list = defineStatement({
  name: 'bookmarks.list',
  params: { user: 'bigint', before: 'bigint', limit: 'integer' },
  build: (_, { user, before, limit }) => sql<Bookmark>`
    SELECT user_id AS "userId", post_id AS "postId", id FROM bookmarks
    WHERE user_id = ${user} AND id < ${before} ORDER BY id DESC LIMIT ${limit}`,
  sample: ({ newest }) => ({ user: '1', before: newest, limit: 21 }),
});

/** Bookmarks and pins are rows of one shape: an account's own posts of interest, by key and by time. */
const defineKept = (table: 'bookmarks' | 'pins') => ({
  insert: defineStatement({
    name: `${table}.insert`,
    params: { user: 'bigint', post: 'bigint', id: 'bigint' },
    build: (_, { user, post, id }) => sql`
      INSERT INTO ${sql.table(table)} (user_id, post_id, id) VALUES (${user}, ${post}, ${id}) ON CONFLICT DO NOTHING`,
    sample: ({ newest }) => ({ user: '1', post: newest, id: newest }),
  }),
  remove: defineStatement({
    name: `${table}.remove`,
    params: { user: 'bigint', post: 'bigint' },
    build: (_, { user, post }) =>
      sql<{
        id: Id;
      }>`DELETE FROM ${sql.table(table)} WHERE user_id = ${user} AND post_id = ${post} RETURNING id`,
    sample: ({ newest }) => ({ user: '1', post: newest }),
  }),
});

const bookmarks = defineKept('bookmarks');
const pins = defineKept('pins');

const pinned = defineStatement({
  name: 'pins.list',
  params: { user: 'bigint' },
  build: (_, { user }) => sql<{ postId: Id }>`
    SELECT post_id AS "postId" FROM pins WHERE user_id = ${user} ORDER BY id DESC`,
  sample: () => ({ user: '1' }),
});

/** Reads bookmarks. */
export const createPostgresBookmarkReader = (db: Kysely<Database>): BookmarkReader => ({
  list: (user, { after, limit }) => list.run(db, { user, before: after ?? MAX_ID_STRING, limit }),
});

/** Reads and writes bookmarks inside a transaction. */
export const createPostgresBookmarks = (tx: Transaction<Database>): BookmarkReader & BookmarkWriter => ({
  ...createPostgresBookmarkReader(tx),
  insert: async ({ userId, postId, id }) =>
    (await bookmarks.insert.affected(tx, { user: userId, post: postId, id })) > 0,
  remove: async (user, post) => (await bookmarks.remove.first(tx, { user, post }))?.id ?? null,
});

/** Reads pins. */
export const createPostgresPinReader = (db: Kysely<Database>): PinReader => ({
  list: async (user) => (await pinned.run(db, { user })).map(({ postId }) => postId),
});

/** Reads and writes pins inside a transaction. */
export const createPostgresPins = (tx: Transaction<Database>): PinReader & PinWriter => ({
  ...createPostgresPinReader(tx),
  insert: async (user, post, id) => (await pins.insert.affected(tx, { user, post, id })) > 0,
  remove: async (user, post) => (await pins.remove.affected(tx, { user, post })) > 0,
});
