import type { Follow, FollowPair, FollowReader, FollowWriter, Id } from '@socialkit/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';
import { aboveAll, defineCount, defineListing, type EdgeSource, probe } from './listing.js';

const findFollow = defineStatement({
  name: 'follows.find',
  params: { follower: 'bigint', followee: 'bigint' },
  build: (_, { follower, followee }) => sql<Follow>`
    SELECT follower_id AS "followerId", followee_id AS "followeeId", id, hide_reposts AS "hideReposts"
    FROM follows WHERE follower_id = ${follower} AND followee_id = ${followee}`,
  sample: () => ({ follower: '1', followee: '2' }),
});

const listFollowers = defineListing('follows.followers', {
  table: 'follows',
  own: 'followee_id',
  other: 'follower_id',
});

const listFollowing = defineListing('follows.following', {
  table: 'follows',
  own: 'follower_id',
  other: 'followee_id',
});

// Scanned from the side of whom the account follows: people follow thousands at most, and are followed by millions.
const mutual: EdgeSource = {
  table: 'follows',
  own: 'follower_id',
  other: 'followee_id',
  where: ({ user }) =>
    probe(
      sql`SELECT true FROM follows AS back WHERE back.follower_id = e.followee_id AND back.followee_id = ${user}`,
    ),
};
const listMutuals = defineListing('follows.mutuals', mutual);
const countMutuals = defineCount('follows.count_mutuals', mutual);

const known: EdgeSource = {
  table: 'follows',
  own: 'follower_id',
  other: 'followee_id',
  scan: 'viewer',
  where: ({ user }) => {
    const follower = probe(
      sql`SELECT true FROM follows AS k WHERE k.follower_id = e.followee_id AND k.followee_id = ${user}`,
    );
    return sql`e.followee_id <> ${user} AND ${follower}`;
  },
};
const listKnown = defineListing('follows.known', known);
const countKnown = defineCount('follows.count_known', known);

const followerPage = defineStatement({
  name: 'follows.follower_page',
  params: { author: 'bigint', after: 'bigint', limit: 'integer' },
  // One text value for thousands of rows: the driver makes no row objects.
  build: (_, { author, after, limit }) => sql<{ ids: string; rows: number; last: Id | null }>`
    SELECT coalesce(string_agg(page.follower_id::text, ','), '') AS ids,
           count(*)::integer AS rows, max(page.follower_id) AS last
    FROM (
      SELECT follower_id FROM follows
      WHERE followee_id = ${author} AND follower_id > ${after}
      ORDER BY follower_id
      LIMIT ${limit}
    ) AS page`,
  sample: () => ({ author: '1', after: '0', limit: 5000 }),
});

const followeePage = defineStatement({
  name: 'follows.followee_page',
  params: { user: 'bigint', after: 'bigint', limit: 'integer' },
  build: (_, { user, after, limit }) => sql<{ ids: string; hidden: string; rows: number; last: Id | null }>`
    SELECT coalesce(string_agg(page.followee_id::text, ','), '') AS ids,
           coalesce(string_agg(page.followee_id::text, ',') FILTER (WHERE page.hide_reposts), '') AS hidden,
           count(*)::integer AS rows, max(page.followee_id) AS last
    FROM (
      SELECT followee_id, hide_reposts FROM follows
      WHERE follower_id = ${user} AND followee_id > ${after}
      ORDER BY followee_id
      LIMIT ${limit}
    ) AS page`,
  sample: () => ({ user: '1', after: '0', limit: 5000 }),
});

const insertFollow = defineStatement({
  name: 'follows.insert',
  params: { follower: 'bigint', followee: 'bigint', id: 'bigint', hide: 'boolean' },
  build: (_, { follower, followee, id, hide }) => sql`
    INSERT INTO follows (follower_id, followee_id, id, hide_reposts)
    VALUES (${follower}, ${followee}, ${id}, ${hide})
    ON CONFLICT DO NOTHING`,
  sample: () => ({ follower: '1', followee: '2', id: '3', hide: false }),
});

const insertFollows = defineStatement({
  name: 'follows.insert_many',
  params: { followers: 'bigint[]', followees: 'bigint[]', ids: 'bigint[]' },
  build: (_, { followers, followees, ids }) => sql<FollowPair>`
    WITH fresh AS (
      INSERT INTO follows (follower_id, followee_id, id)
      SELECT e.follower, e.followee, e.id FROM unnest(${followers}, ${followees}, ${ids}) AS e (follower, followee, id)
      WHERE NOT EXISTS (SELECT FROM blocks AS b WHERE b.blocker_id = e.follower AND b.blocked_id = e.followee)
        AND NOT EXISTS (SELECT FROM blocks AS b WHERE b.blocker_id = e.followee AND b.blocked_id = e.follower)
      ORDER BY e.follower, e.followee
      ON CONFLICT DO NOTHING RETURNING follower_id, followee_id
    ), answered AS (
      DELETE FROM follow_requests AS r USING fresh
      WHERE r.requester_id = fresh.follower_id AND r.target_id = fresh.followee_id
    )
    SELECT follower_id AS "followerId", followee_id AS "followeeId" FROM fresh`,
  sample: () => ({ followers: ['1'], followees: ['2'], ids: ['3'] }),
});

const hideReposts = defineStatement({
  name: 'follows.hide_reposts',
  params: { follower: 'bigint', followee: 'bigint', hide: 'boolean' },
  build: (_, { follower, followee, hide }) => sql`
    UPDATE follows SET hide_reposts = ${hide}
    WHERE follower_id = ${follower} AND followee_id = ${followee} AND hide_reposts <> ${hide}`,
  sample: () => ({ follower: '1', followee: '2', hide: true }),
});

const removeFollow = defineStatement({
  name: 'follows.remove',
  params: { follower: 'bigint', followee: 'bigint' },
  build: (_, { follower, followee }) => sql`
    DELETE FROM follows WHERE follower_id = ${follower} AND followee_id = ${followee}`,
  sample: () => ({ follower: '1', followee: '2' }),
});

const split = (ids: string): readonly Id[] => (ids === '' ? [] : ids.split(','));

/** Reads follows from PostgreSQL. */
export const createPostgresFollowReader = (db: Kysely<Database>): FollowReader => ({
  find: async (follower, followee) => (await findFollow.first(db, { follower, followee })) ?? null,
  isFollowing: async (follower, followee) =>
    (await findFollow.first(db, { follower, followee })) !== undefined,
  followers: (userId, query) => listFollowers(db, userId, query),
  following: (userId, query) => listFollowing(db, userId, query),
  mutuals: (userId, query) => listMutuals(db, userId, query),
  countMutuals: (userId, viewer, cap) => countMutuals(db, userId, viewer, cap),
  known: (userId, query) => listKnown(db, userId, query),
  countKnown: (userId, viewer, cap) => countKnown(db, userId, viewer, cap),
  async followerPage(author, { after, limit }) {
    const page = await followerPage.first(db, { author, after: aboveAll(after), limit });
    if (!page) return { ids: '', next: null };
    return { ids: page.ids, next: page.rows < limit ? null : page.last };
  },
  async followeesOf(user, { after, limit }) {
    const page = await followeePage.first(db, { user, after: aboveAll(after), limit });
    if (!page) return { ids: [], hideReposts: [], next: null };
    return {
      ids: split(page.ids),
      hideReposts: split(page.hidden),
      next: page.rows < limit ? null : page.last,
    };
  },
});

/** Writes follows within a transaction. */
export const createPostgresFollowWriter = (tx: Transaction<Database>): FollowWriter => ({
  insert: async ({ followerId: follower, followeeId: followee, id, hideReposts: hide }) =>
    (await insertFollow.affected(tx, { follower, followee, id, hide })) === 1,
  insertMany: (follows) =>
    insertFollows.run(tx, {
      followers: follows.map(({ followerId }) => followerId),
      followees: follows.map(({ followeeId }) => followeeId),
      ids: follows.map(({ id }) => id),
    }),
  setHideReposts: async (follower, followee, hide) =>
    (await hideReposts.affected(tx, { follower, followee, hide })) === 1,
  remove: async (follower, followee) => (await removeFollow.affected(tx, { follower, followee })) === 1,
});
