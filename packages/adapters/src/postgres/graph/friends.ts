import { compareIds, type FriendReader, type FriendWriter } from '@socialkit/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';
import { defineListing } from './listing.js';

const findFriend = defineStatement({
  name: 'friends.find',
  params: { a: 'bigint', b: 'bigint' },
  build: (_, { a, b }) => sql`SELECT 1 FROM friendships WHERE user_id = ${a} AND friend_id = ${b}`,
  sample: () => ({ a: '1', b: '2' }),
});

const listFriends = defineListing('friends.list', {
  table: 'friendships',
  own: 'user_id',
  other: 'friend_id',
});

const findRequest = defineStatement({
  name: 'friends.find_request',
  params: { requester: 'bigint', target: 'bigint' },
  build: (_, { requester, target }) => sql`
    SELECT 1 FROM friend_requests WHERE requester_id = ${requester} AND target_id = ${target}`,
  sample: () => ({ requester: '1', target: '2' }),
});

const listReceived = defineListing('friends.received_requests', {
  table: 'friend_requests',
  own: 'target_id',
  other: 'requester_id',
});

const listSent = defineListing('friends.sent_requests', {
  table: 'friend_requests',
  own: 'requester_id',
  other: 'target_id',
});

const insertFriends = defineStatement({
  name: 'friends.insert',
  params: { low: 'bigint', high: 'bigint', id: 'bigint' },
  // Always in the same order, so that two who insert the same friendship wait for each other.
  build: (_, { low, high, id }) => sql`
    INSERT INTO friendships (user_id, friend_id, id)
    VALUES (${low}, ${high}, ${id}), (${high}, ${low}, ${id})
    ON CONFLICT DO NOTHING`,
  sample: () => ({ low: '1', high: '2', id: '3' }),
});

const removeFriends = defineStatement({
  name: 'friends.remove',
  params: { low: 'bigint', high: 'bigint' },
  build: (_, { low, high }) => sql`
    WITH locked AS MATERIALIZED (
      SELECT user_id, friend_id FROM friendships
      WHERE (user_id, friend_id) IN ((${low}, ${high}), (${high}, ${low}))
      ORDER BY user_id, friend_id
      FOR UPDATE
    )
    DELETE FROM friendships AS f USING locked
    WHERE f.user_id = locked.user_id AND f.friend_id = locked.friend_id`,
  sample: () => ({ low: '1', high: '2' }),
});

const insertRequest = defineStatement({
  name: 'friends.insert_request',
  params: { requester: 'bigint', target: 'bigint', id: 'bigint' },
  build: (_, { requester, target, id }) => sql`
    INSERT INTO friend_requests (requester_id, target_id, id) VALUES (${requester}, ${target}, ${id})
    ON CONFLICT DO NOTHING`,
  sample: () => ({ requester: '1', target: '2', id: '3' }),
});

const removeRequest = defineStatement({
  name: 'friends.remove_request',
  params: { requester: 'bigint', target: 'bigint' },
  build: (_, { requester, target }) => sql`
    DELETE FROM friend_requests WHERE requester_id = ${requester} AND target_id = ${target}`,
  sample: () => ({ requester: '1', target: '2' }),
});

const ordered = (a: string, b: string) => (compareIds(a, b) < 0 ? { low: a, high: b } : { low: b, high: a });

/** Reads friendships and friend requests from PostgreSQL. */
export const createPostgresFriendReader = (db: Kysely<Database>): FriendReader => ({
  areFriends: async (a, b) => (await findFriend.first(db, { a, b })) !== undefined,
  friends: (userId, query) => listFriends(db, userId, query),
  hasRequest: async (requester, target) => (await findRequest.first(db, { requester, target })) !== undefined,
  receivedRequests: (userId, query) => listReceived(db, userId, query),
  sentRequests: (userId, query) => listSent(db, userId, query),
});

/** Writes friendships and friend requests within a transaction. */
export const createPostgresFriendWriter = (tx: Transaction<Database>): FriendWriter => ({
  insert: async (a, b, id) => (await insertFriends.affected(tx, { ...ordered(a, b), id })) === 2,
  remove: async (a, b) => (await removeFriends.affected(tx, ordered(a, b))) === 2,
  insertRequest: async (requester, target, id) =>
    (await insertRequest.affected(tx, { requester, target, id })) === 1,
  removeRequest: async (requester, target) => (await removeRequest.affected(tx, { requester, target })) === 1,
});
