import type { HeldKind, RelationEdges, RelationshipReader } from '@socialkit/core';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';
import { probe } from './listing.js';

interface Row extends Omit<RelationEdges, 'mutedUntil'> {
  readonly accountId: string;
  readonly mutedUntil: string | null;
}

const between = defineStatement({
  name: 'graph.relationships',
  params: { viewer: 'bigint', accounts: 'bigint[]', now: 'bigint' },
  build: (_, { viewer, accounts, now }) => {
    const edge = (table: string, from: string, to: string, out: boolean) =>
      probe(sql`
        SELECT true FROM ${sql.table(table)} AS x
        WHERE x.${sql.ref(from)} = ${out ? viewer : sql`t.id`} AND x.${sql.ref(to)} = ${out ? sql`t.id` : viewer}`);
    const holds = sql`(x.expires_at IS NULL OR x.expires_at > ${now})`;
    const mute = (scope: string) =>
      sql`FROM mutes AS x WHERE x.muter_id = ${viewer} AND x.muted_id = t.id AND x.scope = ${sql.lit(scope)} AND ${holds}`;
    return sql<Row>`
      SELECT t.id AS "accountId",
        ${edge('follows', 'follower_id', 'followee_id', true)} AS following,
        ${probe(sql`SELECT x.hide_reposts FROM follows AS x WHERE x.follower_id = ${viewer} AND x.followee_id = t.id`)} AS "hideReposts",
        ${edge('follows', 'follower_id', 'followee_id', false)} AS "followedBy",
        ${edge('follow_requests', 'requester_id', 'target_id', true)} AS requested,
        ${edge('follow_requests', 'requester_id', 'target_id', false)} AS "requestedBy",
        ${edge('friendships', 'user_id', 'friend_id', true)} AS friends,
        ${edge('friend_requests', 'requester_id', 'target_id', true)} AS "friendRequested",
        ${edge('friend_requests', 'requester_id', 'target_id', false)} AS "friendRequestedBy",
        ${edge('blocks', 'blocker_id', 'blocked_id', true)} AS blocking,
        ${probe(sql`SELECT true ${mute('all')}`)} AS muted,
        (SELECT x.expires_at ${mute('all')}) AS "mutedUntil",
        ${probe(sql`SELECT true ${mute('reposts')}`)} AS "repostsMuted"
      FROM unnest(${accounts}) AS t(id)`;
  },
  sample: ({ ids, now }) => ({ viewer: '1', accounts: ids, now }),
});

const countOf = (kind: HeldKind, ...tables: readonly (readonly [table: string, owner: string])[]) =>
  defineStatement({
    name: `graph.count_${kind}`,
    params: { account: 'bigint', cap: 'integer' },
    build: (_, { account, cap }) => {
      // A cap for each table: a count never reads more of an index than the answer needs.
      const rows = tables.map(
        ([table, owner]) => sql`
          (SELECT 1 FROM ${sql.table(table)} AS x WHERE x.${sql.ref(owner)} = ${account} LIMIT ${cap})`,
      );
      return sql<{ count: number }>`
        SELECT least(count(*), ${cap})::integer AS count FROM (${sql.join(rows, sql` UNION ALL `)}) AS held`;
    },
    sample: () => ({ account: '1', cap: 10_001 }),
  });
const countHeld = {
  following: countOf('following', ['follows', 'follower_id'], ['follow_requests', 'requester_id']),
  friends: countOf('friends', ['friendships', 'user_id'], ['friend_requests', 'requester_id']),
  blocks: countOf('blocks', ['blocks', 'blocker_id']),
  mutes: countOf('mutes', ['mutes', 'muter_id']),
} satisfies Record<HeldKind, unknown>;

/** Reads every edge between one account and many from PostgreSQL, in one statement. */
export const createPostgresRelationshipReader = (db: Kysely<Database>): RelationshipReader => ({
  async between(viewer, accountIds, now) {
    if (accountIds.length === 0) return new Map();
    const rows = await between.run(db, { viewer, accounts: [...new Set(accountIds)], now });
    return new Map(
      rows.map(({ accountId, mutedUntil, ...row }): [string, RelationEdges] => [
        accountId,
        { ...row, mutedUntil: mutedUntil === null ? null : Number(mutedUntil) },
      ]),
    );
  },
  countHeld: async (account, kind, cap) => (await countHeld[kind].first(db, { account, cap }))?.count ?? 0,
});
