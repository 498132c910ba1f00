import type { Edge, FollowRequest, FollowRequestReader, FollowRequestWriter } from '@socialkit/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';
import { aboveAll, defineListing } from './listing.js';

const COLUMNS = sql.raw(
  'requester_id AS "requesterId", target_id AS "targetId", id, hide_reposts AS "hideReposts"',
);

const findRequest = defineStatement({
  name: 'follow_requests.find',
  params: { requester: 'bigint', target: 'bigint' },
  build: (_, { requester, target }) => sql<FollowRequest>`
    SELECT ${COLUMNS} FROM follow_requests WHERE requester_id = ${requester} AND target_id = ${target}`,
  sample: () => ({ requester: '1', target: '2' }),
});

const listReceived = defineListing('follow_requests.received', {
  table: 'follow_requests',
  own: 'target_id',
  other: 'requester_id',
});

const listSent = defineListing('follow_requests.sent', {
  table: 'follow_requests',
  own: 'requester_id',
  other: 'target_id',
});

const listPending = defineStatement({
  name: 'follow_requests.pending',
  params: { target: 'bigint', after: 'bigint', limit: 'integer' },
  build: (_, { target, after, limit }) => sql<Edge>`
    SELECT requester_id AS "accountId", id FROM follow_requests
    WHERE target_id = ${target} AND id > ${after}
    ORDER BY id
    LIMIT ${limit}`,
  sample: () => ({ target: '1', after: '0', limit: 200 }),
});

const insertRequest = defineStatement({
  name: 'follow_requests.insert',
  params: { requester: 'bigint', target: 'bigint', id: 'bigint', hide: 'boolean' },
  build: (_, { requester, target, id, hide }) => sql`
    INSERT INTO follow_requests (requester_id, target_id, id, hide_reposts)
    VALUES (${requester}, ${target}, ${id}, ${hide})
    ON CONFLICT DO NOTHING`,
  sample: () => ({ requester: '1', target: '2', id: '3', hide: false }),
});

const hideReposts = defineStatement({
  name: 'follow_requests.hide_reposts',
  params: { requester: 'bigint', target: 'bigint', hide: 'boolean' },
  build: (_, { requester, target, hide }) => sql`
    UPDATE follow_requests SET hide_reposts = ${hide}
    WHERE requester_id = ${requester} AND target_id = ${target} AND hide_reposts <> ${hide}`,
  sample: () => ({ requester: '1', target: '2', hide: true }),
});

const takeRequest = defineStatement({
  name: 'follow_requests.take',
  params: { requester: 'bigint', target: 'bigint' },
  build: (_, { requester, target }) => sql<FollowRequest>`
    DELETE FROM follow_requests WHERE requester_id = ${requester} AND target_id = ${target}
    RETURNING ${COLUMNS}`,
  sample: () => ({ requester: '1', target: '2' }),
});

/** Reads follow requests from PostgreSQL. */
export const createPostgresFollowRequestReader = (db: Kysely<Database>): FollowRequestReader => ({
  find: async (requester, target) => (await findRequest.first(db, { requester, target })) ?? null,
  received: (userId, query) => listReceived(db, userId, query),
  sent: (userId, query) => listSent(db, userId, query),
  pending: (target, { after, limit }) => listPending.run(db, { target, after: aboveAll(after), limit }),
});

/** Writes follow requests within a transaction. */
export const createPostgresFollowRequestWriter = (tx: Transaction<Database>): FollowRequestWriter => ({
  insert: async ({ requesterId: requester, targetId: target, id, hideReposts: hide }) =>
    (await insertRequest.affected(tx, { requester, target, id, hide })) === 1,
  setHideReposts: async (requester, target, hide) =>
    (await hideReposts.affected(tx, { requester, target, hide })) === 1,
  take: async (requester, target) => (await takeRequest.first(tx, { requester, target })) ?? null,
});
