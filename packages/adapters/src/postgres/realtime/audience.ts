import type { AudienceReader, Id, Standing } from '@socialkit/core';
import { type Kysely, sql } from 'kysely';
import { viewerParameter, visibleAccount } from '../access/index.js';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

const readStandings = defineStatement({
  name: 'audience.standings',
  params: { ids: 'bigint[]' },
  build: (_, { ids }) => sql<{ id: string; served: boolean; blocked: readonly string[] }>`
    SELECT a.id, a.state <> 'suspended' AS served, ARRAY(
      SELECT blocked_id::text FROM blocks WHERE blocker_id = a.id
      UNION
      SELECT blocker_id::text FROM blocks WHERE blocked_id = a.id
    ) AS blocked
    FROM accounts AS a WHERE a.id = ANY(${ids})`,
  sample: ({ ids }) => ({ ids }),
});

const readShown = defineStatement({
  name: 'audience.shown',
  params: { ids: 'bigint[]', viewer: 'bigint' },
  build: (_, { ids, viewer }) => sql<{ id: string }>`
    SELECT a.id FROM accounts AS a WHERE a.id = ANY(${ids}) AND ${visibleAccount({ account: 'a', viewer })}`,
  sample: ({ ids }) => ({ ids, viewer: viewerParameter(null) }),
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
    const rows = await readStandings.run(db, { ids });
    const found = new Map<Id, Standing>(ids.map((id) => [id, { served: false, blocked: new Set<Id>() }]));
    for (const { id, served, blocked } of rows) found.set(id, { served, blocked: new Set(blocked) });
    return found;
  },
  async hiddenAmong(ids) {
    if (ids.length === 0) return new Set();
    const rows = await readShown.run(db, { ids, viewer: viewerParameter(null) });
    const shown = new Set(rows.map(({ id }) => id));
    return new Set(ids.filter((id) => !shown.has(id)));
  },
  async followersOf(authors, those) {
    return new Set((await readFollowers.run(db, { authors, among: those })).map(({ id }) => id));
  },
  async friendsOf(authors, those) {
    return new Set((await readFriends.run(db, { authors, among: those })).map(({ id }) => id));
  },
});
