import {
  type Id,
  MAX_ID_STRING,
  type ReactionReader,
  type ReactionWriter,
  type StoredReaction,
} from '@socialkit/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database.js';
import { idBounds } from '../id-bounds.js';
import { defineStatement } from '../statement.js';

const FIELDS = sql`
  r.id, r.target_kind AS "targetKind", r.target_id AS "targetId", r.user_id AS "userId", r.kind`;

/** LIMIT keeps each lookup a probe of the primary key: without it the planner may join whole tables. */
const KINDS_AT_MOST = sql`LIMIT 100`;

const own = defineStatement({
  name: 'reactions.own',
  params: { user: 'bigint', targets: 'bigint[]', lo: 'bigint', hi: 'bigint' },
  build: (_, { user, targets, lo, hi }) => sql<{ targetId: Id; kind: string }>`
    SELECT t.id AS "targetId", r.kind FROM unnest(${targets}) AS t (id)
    CROSS JOIN LATERAL (
      SELECT kind FROM reactions
      WHERE target_id = t.id AND user_id = ${user} AND target_id BETWEEN ${lo} AND ${hi}
      ${KINDS_AT_MOST}
    ) AS r`,
  sample: ({ ids, oldest, newest }) => ({ user: '1', targets: ids, lo: oldest, hi: newest }),
});

const ofTarget = defineStatement({
  name: 'reactions.of_target',
  params: { target: 'bigint', before: 'bigint', limit: 'integer' },
  // The kinds are found by jumping along the index, then each gives its newest.
  build: (_, { target, before, limit }) => sql<StoredReaction>`
    WITH RECURSIVE kinds AS (
      (SELECT kind FROM reactions WHERE target_id = ${target} ORDER BY kind LIMIT 1)
      UNION ALL
      SELECT (
        SELECT next.kind FROM reactions AS next
        WHERE next.target_id = ${target} AND next.kind > kinds.kind ORDER BY next.kind LIMIT 1
      ) FROM kinds WHERE kinds.kind IS NOT NULL
    )
    SELECT ${FIELDS} FROM kinds CROSS JOIN LATERAL (
      SELECT * FROM reactions
      WHERE target_id = ${target} AND kind = kinds.kind AND id < ${before}
      ORDER BY id DESC LIMIT ${limit}
    ) AS r
    WHERE kinds.kind IS NOT NULL
    ORDER BY r.id DESC LIMIT ${limit}`,
  sample: ({ newest }) => ({ target: newest, before: MAX_ID_STRING, limit: 21 }),
});

const ofTargetAndKind = defineStatement({
  name: 'reactions.of_target_and_kind',
  params: { target: 'bigint', kind: 'text', before: 'bigint', limit: 'integer' },
  build: (_, { target, kind, before, limit }) => sql<StoredReaction>`
    SELECT ${FIELDS} FROM reactions AS r
    WHERE r.target_id = ${target} AND r.kind = ${kind} AND r.id < ${before}
    ORDER BY r.id DESC LIMIT ${limit}`,
  sample: ({ newest }) => ({ target: newest, kind: 'like', before: MAX_ID_STRING, limit: 21 }),
});

const ofUser = defineStatement({
  name: 'reactions.of_user',
  params: { user: 'bigint', kind: 'text?', targetKind: 'text?', before: 'bigint', limit: 'integer' },
  build: (_, { user, kind, targetKind, before, limit }) => sql<StoredReaction>`
    SELECT ${FIELDS} FROM reactions AS r
    WHERE r.user_id = ${user} AND r.id < ${before}
      AND (${kind} IS NULL OR r.kind = ${kind})
      AND (${targetKind} IS NULL OR r.target_kind = ${targetKind})
    ORDER BY r.id DESC LIMIT ${limit}`,
  sample: () => ({ user: '1', kind: null, targetKind: null, before: MAX_ID_STRING, limit: 21 }),
  exempt: 'a user reacts today to targets of any month',
});

const among = defineStatement({
  name: 'reactions.among',
  params: { target: 'bigint', users: 'bigint[]' },
  build: (_, { target, users }) => sql<StoredReaction>`
    SELECT ${FIELDS} FROM unnest(${users}) AS u (id)
    CROSS JOIN LATERAL (
      SELECT * FROM reactions WHERE target_id = ${target} AND user_id = u.id ${KINDS_AT_MOST}
    ) AS r
    ORDER BY r.id DESC`,
  sample: ({ ids, newest }) => ({ target: newest, users: ids }),
});

const insert = defineStatement({
  name: 'reactions.insert',
  params: { id: 'bigint', target: 'bigint', targetKind: 'text', user: 'bigint', kind: 'text' },
  build: (_, { id, target, targetKind, user, kind }) => sql`
    INSERT INTO reactions (target_id, user_id, kind, target_kind, id)
    VALUES (${target}, ${user}, ${kind}, ${targetKind}, ${id})
    ON CONFLICT DO NOTHING`,
  sample: ({ newest }) => ({ id: newest, target: newest, targetKind: 'post', user: '1', kind: 'like' }),
});

const remove = defineStatement({
  name: 'reactions.remove',
  params: { target: 'bigint', targetKind: 'text', user: 'bigint', kind: 'text?' },
  build: (_, { target, targetKind, user, kind }) => sql<{ kind: string }>`
    DELETE FROM reactions
    WHERE target_id = ${target} AND user_id = ${user} AND target_kind = ${targetKind}
      AND (${kind} IS NULL OR kind = ${kind})
    RETURNING kind`,
  sample: ({ newest }) => ({ target: newest, targetKind: 'post', user: '1', kind: null }),
});

/** Reads reactions. */
export function createPostgresReactionReader(db: Kysely<Database>): ReactionReader {
  return {
    async own(userId, targetIds) {
      const kinds = new Map<Id, string[]>();
      if (targetIds.length === 0) return kinds;
      const targets = [...new Set(targetIds)];
      for (const row of await own.run(db, { user: userId, targets, ...idBounds(targets) }))
        kinds.set(row.targetId, [...(kinds.get(row.targetId) ?? []), row.kind]);
      return kinds;
    },
    ofTarget: (targetId, { kind, before, limit }) => {
      const slice = { target: targetId, before: before ?? MAX_ID_STRING, limit };
      return kind === undefined ? ofTarget.run(db, slice) : ofTargetAndKind.run(db, { ...slice, kind });
    },
    ofUser: (userId, { kind, targetKind, before, limit }) =>
      ofUser.run(db, {
        user: userId,
        kind: kind ?? null,
        targetKind: targetKind ?? null,
        before: before ?? MAX_ID_STRING,
        limit,
      }),
    among: async (targetId, userIds) =>
      userIds.length === 0 ? [] : among.run(db, { target: targetId, users: [...new Set(userIds)] }),
  };
}

/** Reads and writes reactions inside a transaction. */
export function createPostgresReactions(tx: Transaction<Database>): ReactionReader & ReactionWriter {
  return {
    ...createPostgresReactionReader(tx),
    insert: async ({ id, targetId, targetKind, userId, kind }) =>
      (await insert.affected(tx, { id, target: targetId, targetKind, user: userId, kind })) === 1,
    remove: async (target, userId, kind) =>
      (await remove.run(tx, { target: target.id, targetKind: target.kind, user: userId, kind }))
        .map((row) => row.kind)
        .sort(),
  };
}
