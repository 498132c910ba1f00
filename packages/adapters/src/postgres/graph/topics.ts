import type { FollowedHashtag, Id, MutedThread, MutedWord, TopicReader, TopicWriter } from '@socialkit/core';
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';
import { belowAll } from './listing.js';

const holds = (now: RawBuilder<unknown>) => sql`(expires_at IS NULL OR expires_at > ${now})`;

/** Statements of one kind of expiring entries; words and threads differ in their key only. */
function defineEntries(name: 'words' | 'threads', key: 'word' | 'post_id', keyType: 'text' | 'bigint') {
  const table = sql.table(`muted_${name}`);
  const column = sql.ref(key);
  const sampleKey = keyType === 'text' ? 'spoiler' : '2';
  return {
    list: defineStatement({
      name: `muted_${name}.list`,
      params: { user: 'bigint', after: 'bigint', limit: 'integer', now: 'bigint' },
      build: (_, { user, after, limit, now }) => sql<{ key: string; id: Id; expiresAt: string | null }>`
        SELECT ${column} AS key, id, expires_at AS "expiresAt" FROM ${table}
        WHERE user_id = ${user} AND id < ${after} AND ${holds(now)}
        ORDER BY id DESC
        LIMIT ${limit}`,
      sample: ({ newest, now }) => ({ user: '1', after: newest, limit: 21, now }),
    }),
    set: defineStatement({
      name: `muted_${name}.set`,
      params: { user: 'bigint', key: keyType, id: 'bigint', expiresAt: 'bigint?', now: 'bigint' },
      build: (_, { user, key: value, id, expiresAt, now }) => sql`
        INSERT INTO ${table} AS m (user_id, ${column}, id, expires_at)
        VALUES (${user}, ${value}, ${id}, ${expiresAt})
        ON CONFLICT (user_id, ${column}) DO UPDATE
        SET expires_at = excluded.expires_at,
            id = CASE WHEN m.expires_at <= ${now} THEN excluded.id ELSE m.id END
        WHERE m.expires_at IS DISTINCT FROM excluded.expires_at OR m.expires_at <= ${now}`,
      sample: ({ now }) => ({ user: '1', key: sampleKey, id: '3', expiresAt: null, now }),
    }),
    remove: defineStatement({
      name: `muted_${name}.remove`,
      params: { user: 'bigint', key: keyType, now: 'bigint' },
      build: (_, { user, key: value, now }) => sql<{ held: boolean }>`
        DELETE FROM ${table} WHERE user_id = ${user} AND ${column} = ${value}
        RETURNING ${holds(now)} AS held`,
      sample: ({ now }) => ({ user: '1', key: sampleKey, now }),
    }),
    removeExpired: defineStatement({
      name: `muted_${name}.remove_expired`,
      params: { user: 'bigint', now: 'bigint' },
      build: (_, { user, now }) => sql`DELETE FROM ${table} WHERE user_id = ${user} AND expires_at <= ${now}`,
      sample: ({ now }) => ({ user: '1', now }),
    }),
  };
}

const words = defineEntries('words', 'word', 'text');
const threads = defineEntries('threads', 'post_id', 'bigint');

const mutedAmong = defineStatement({
  name: 'muted_threads.among',
  params: { user: 'bigint', posts: 'bigint[]', now: 'bigint' },
  build: (_, { user, posts, now }) => sql<{ postId: Id }>`
    SELECT post_id AS "postId" FROM muted_threads
    WHERE user_id = ${user} AND post_id = ANY(${posts}) AND ${holds(now)}`,
  sample: ({ ids, now }) => ({ user: '1', posts: ids, now }),
});

const listHashtags = defineStatement({
  name: 'followed_hashtags.list',
  params: { user: 'bigint', after: 'bigint', limit: 'integer' },
  build: (_, { user, after, limit }) => sql<FollowedHashtag>`
    SELECT tag, id FROM followed_hashtags
    WHERE user_id = ${user} AND id < ${after}
    ORDER BY id DESC
    LIMIT ${limit}`,
  sample: ({ newest }) => ({ user: '1', after: newest, limit: 21 }),
});

const findHashtag = defineStatement({
  name: 'followed_hashtags.find',
  params: { user: 'bigint', tag: 'text' },
  build: (_, { user, tag }) => sql`SELECT 1 FROM followed_hashtags WHERE user_id = ${user} AND tag = ${tag}`,
  sample: () => ({ user: '1', tag: 'tea' }),
});

const insertHashtag = defineStatement({
  name: 'followed_hashtags.insert',
  params: { user: 'bigint', tag: 'text', id: 'bigint' },
  build: (_, { user, tag, id }) => sql`
    INSERT INTO followed_hashtags (user_id, tag, id) VALUES (${user}, ${tag}, ${id}) ON CONFLICT DO NOTHING`,
  sample: () => ({ user: '1', tag: 'tea', id: '3' }),
});

const removeHashtag = defineStatement({
  name: 'followed_hashtags.remove',
  params: { user: 'bigint', tag: 'text' },
  build: (_, { user, tag }) => sql`DELETE FROM followed_hashtags WHERE user_id = ${user} AND tag = ${tag}`,
  sample: () => ({ user: '1', tag: 'tea' }),
});

const countOf = (table: string) =>
  defineStatement({
    name: `${table}.count`,
    params: { user: 'bigint' },
    build: (_, { user }) => sql<{ count: number }>`
      SELECT count(*)::integer AS count FROM ${sql.table(table)} WHERE user_id = ${user}`,
    sample: () => ({ user: '1' }),
  });
const counts = {
  words: countOf('muted_words'),
  threads: countOf('muted_threads'),
  hashtags: countOf('followed_hashtags'),
};

const timeOf = (value: string | null): number | null => (value === null ? null : Number(value));

/** Reads muted words, muted threads and followed hashtags from PostgreSQL. */
export const createPostgresTopicReader = (db: Kysely<Database>): TopicReader => ({
  async mutedWords(user, { after, limit, now }) {
    const rows = await words.list.run(db, { user, after: belowAll(after), limit, now });
    return rows.map(({ key, id, expiresAt }): MutedWord => ({ word: key, id, expiresAt: timeOf(expiresAt) }));
  },
  async mutedThreads(user, { after, limit, now }) {
    const rows = await threads.list.run(db, { user, after: belowAll(after), limit, now });
    return rows.map(
      ({ key, id, expiresAt }): MutedThread => ({ postId: key, id, expiresAt: timeOf(expiresAt) }),
    );
  },
  async mutedAmong(user, posts, now) {
    if (posts.length === 0) return new Set();
    return new Set((await mutedAmong.run(db, { user, posts, now })).map(({ postId }) => postId));
  },
  hashtags: (user, { after, limit }) => listHashtags.run(db, { user, after: belowAll(after), limit }),
  followsHashtag: async (user, tag) => (await findHashtag.first(db, { user, tag })) !== undefined,
  count: async (user, kind) => (await counts[kind].first(db, { user }))?.count ?? 0,
});

/** Writes them within a transaction. */
export const createPostgresTopicWriter = (tx: Transaction<Database>): TopicWriter => ({
  muteWord: async (user, { word: key, id, expiresAt }, now) =>
    (await words.set.affected(tx, { user, key, id, expiresAt, now })) === 1,
  unmuteWord: async (user, key, now) => (await words.remove.first(tx, { user, key, now }))?.held ?? false,
  muteThread: async (user, { postId: key, id, expiresAt }, now) =>
    (await threads.set.affected(tx, { user, key, id, expiresAt, now })) === 1,
  unmuteThread: async (user, key, now) => (await threads.remove.first(tx, { user, key, now }))?.held ?? false,
  async removeExpired(user, now) {
    await words.removeExpired.run(tx, { user, now });
    await threads.removeExpired.run(tx, { user, now });
  },
  followHashtag: async (user, { tag, id }) => (await insertHashtag.affected(tx, { user, tag, id })) === 1,
  unfollowHashtag: async (user, tag) => (await removeHashtag.affected(tx, { user, tag })) === 1,
});
