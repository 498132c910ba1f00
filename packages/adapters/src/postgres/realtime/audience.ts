import type { AudienceReader, Id, Standing } from '@socialkit/core';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

const readServed = defineStatement({
  name: 'audience.served',
  params: { ids: 'bigint[]' },
  build: (_, { ids }) => sql<{ id: string }>`
    SELECT id FROM accounts WHERE id = ANY(${ids}) AND state <> 'suspended'`,
  sample: ({ ids }) => ({ ids }),
});

const readBlocks = defineStatement({
  name: 'audience.blocks',
  params: { ids: 'bigint[]' },
  build: (_, { ids }) => sql<{ own: string; other: string }>`
    SELECT blocker_id AS own, blocked_id AS other FROM blocks WHERE blocker_id = ANY(${ids})
    UNION
    SELECT blocked_id, blocker_id FROM blocks WHERE blocked_id = ANY(${ids})`,
  sample: ({ ids }) => ({ ids }),
});

const among = (name: string, table: string, own: string, other: string) =>
  defineStatement({
    name,
    params: { authors: 'bigint[]', among: 'bigint[]' },
    build: (_, { authors, among: those }) => sql<{ id: string }>`
      SELECT DISTINCT ${sql.ref(own)} AS id FROM ${sql.table(table)}
      WHERE ${sql.ref(own)} = ANY(${those}) AND ${sql.ref(other)} = ANY(${authors})`,
    sample: ({ ids }) => ({ authors: ids.slice(0, 10), among: ids.slice(10) }),
  });

const readFollowers = among('audience.followers', 'follows', 'follower_id', 'followee_id');
const readFriends = among('audience.friends', 'friendships', 'user_id', 'friend_id');

/** Who the connected accounts are, from PostgreSQL. */
export const createPostgresAudience = (db: Kysely<Database>): AudienceReader => ({
  async standings(ids) {
    const [served, blocks] = await Promise.all([readServed.run(db, { ids }), readBlocks.run(db, { ids })]);
    const known = new Set(served.map(({ id }) => id));
    const blocked = new Map<Id, Set<Id>>();
    for (const { own, other } of blocks) {
      const those = blocked.get(own);
      if (those) those.add(other);
      else blocked.set(own, new Set([other]));
    }
    return new Map(
      ids.map((id): [Id, Standing] => [id, { served: known.has(id), blocked: blocked.get(id) ?? new Set() }]),
    );
  },
  async followersOf(authors, those) {
    return new Set((await readFollowers.run(db, { authors, among: those })).map(({ id }) => id));
  },
  async friendsOf(authors, those) {
    return new Set((await readFriends.run(db, { authors, among: those })).map(({ id }) => id));
  },
});
