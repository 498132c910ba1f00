import type { Id } from '@socialkit/core';
import { type ItemStore, MAX_OWN_ITEMS } from '@socialkit/feed';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

const record = defineStatement({
  name: 'rec_items.record',
  params: { catalogue: 'text', users: 'bigint[]', items: 'text[]', at: 'bigint' },
  build: (_, { catalogue, users, items, at }) => sql<{ readonly added: boolean }>`
    INSERT INTO rec_interactions AS i (catalogue, user_id, item, at)
    SELECT DISTINCT ${catalogue}, n.user_id, n.item, ${at} FROM unnest(${users}, ${items}) AS n (user_id, item)
    ON CONFLICT (catalogue, user_id, item) DO UPDATE SET at = excluded.at
    RETURNING xmax = 0 AS added`,
  sample: ({ now }) => ({ catalogue: 'books', users: ['1'], items: ['a'], at: now }),
});

const withdraw = defineStatement({
  name: 'rec_items.withdraw',
  params: { catalogue: 'text', item: 'text' },
  build: (_, { catalogue, item }) => sql`
    DELETE FROM rec_interactions WHERE catalogue = ${catalogue} AND item = ${item}`,
  sample: () => ({ catalogue: 'books', item: 'a' }),
});

const taken = defineStatement({
  name: 'rec_items.taken',
  params: { catalogue: 'text', user: 'bigint', limit: 'integer' },
  build: (_, { catalogue, user, limit }) => sql<{ readonly item: string }>`
    SELECT item FROM rec_interactions WHERE catalogue = ${catalogue} AND user_id = ${user}
    ORDER BY at DESC, item COLLATE "C" LIMIT ${limit}`,
  sample: () => ({ catalogue: 'books', user: '1', limit: 100 }),
});

const mark = defineStatement({
  name: 'rec_items.mark',
  params: { catalogue: 'text', user: 'bigint' },
  build: (_, { catalogue, user }) => sql<{ readonly mark: string }>`
    SELECT count(*) || ':' || coalesce(max(at), 0) AS mark FROM rec_interactions
    WHERE catalogue = ${catalogue} AND user_id = ${user}`,
  sample: () => ({ catalogue: 'books', user: '1' }),
});

const takers = defineStatement({
  name: 'rec_items.takers',
  params: { catalogue: 'text', items: 'text[]' },
  build: (_, { catalogue, items }) => sql<{ readonly item: string; readonly users: number }>`
    SELECT item, count(*)::integer AS users FROM rec_interactions
    WHERE catalogue = ${catalogue} AND item = ANY(${items}) GROUP BY item`,
  sample: () => ({ catalogue: 'books', items: ['a'] }),
});

const popular = defineStatement({
  name: 'rec_items.popular',
  params: { catalogue: 'text', limit: 'integer' },
  build: (_, { catalogue, limit }) => sql<{ readonly item: string; readonly users: number }>`
    SELECT item, count(*)::integer AS users FROM rec_interactions WHERE catalogue = ${catalogue}
    GROUP BY item ORDER BY users DESC, item COLLATE "C" LIMIT ${limit}`,
  sample: () => ({ catalogue: 'books', limit: 100 }),
});

const page = defineStatement({
  name: 'rec_items.page',
  params: { catalogue: 'text', after: 'bigint', limit: 'integer', most: 'integer' },
  build: (_, { catalogue, after, limit, most }) => sql<{
    readonly userId: Id;
    readonly items: readonly string[];
    readonly mark: string;
  }>`
    SELECT u.user_id AS "userId", own.mark, to_json(own.items[1:${most}]) AS items
    FROM (
      SELECT DISTINCT i.user_id FROM rec_interactions AS i WHERE i.catalogue = ${catalogue} AND i.user_id > ${after}
      ORDER BY i.user_id LIMIT ${limit}
    ) AS u
    CROSS JOIN LATERAL (
      SELECT array_agg(i.item ORDER BY i.at DESC, i.item COLLATE "C") AS items,
        count(*) || ':' || coalesce(max(i.at), 0) AS mark
      FROM rec_interactions AS i WHERE i.catalogue = ${catalogue} AND i.user_id = u.user_id
    ) AS own
    ORDER BY u.user_id`,
  sample: () => ({ catalogue: 'books', after: '0', limit: 100, most: 1000 }),
});

const friends = defineStatement({
  name: 'rec_items.friends',
  params: { user: 'bigint', limit: 'integer' },
  build: (_, { user, limit }) => sql<{ readonly id: Id }>`
    SELECT friend_id AS id FROM friendships WHERE user_id = ${user} ORDER BY friend_id LIMIT ${limit}`,
  sample: () => ({ user: '1', limit: 1000 }),
});

const catalogues = defineStatement({
  name: 'rec_items.catalogues',
  params: {},
  // One probe a catalogue: there are few of them, and many rows of each.
  build: () => sql<{ readonly catalogue: string }>`
    WITH RECURSIVE found AS (
      (SELECT catalogue FROM rec_interactions ORDER BY catalogue LIMIT 1)
      UNION ALL
      SELECT (SELECT i.catalogue FROM rec_interactions AS i WHERE i.catalogue > f.catalogue ORDER BY i.catalogue LIMIT 1)
      FROM found AS f WHERE f.catalogue IS NOT NULL
    )
    SELECT catalogue FROM found WHERE catalogue IS NOT NULL`,
  sample: () => ({}),
});

/** Interactions with items in PostgreSQL. */
export const createPostgresItems = (db: Kysely<Database>): ItemStore => ({
  async record(catalogue, interactions, at) {
    const rows = await record.run(db, {
      catalogue,
      users: interactions.map(({ userId }) => userId),
      items: interactions.map(({ item }) => item),
      at,
    });
    return rows.filter(({ added }) => added).length;
  },
  withdraw: (catalogue, item) => withdraw.affected(db, { catalogue, item }),
  taken: async (catalogue, user, limit) =>
    (await taken.run(db, { catalogue, user, limit })).map(({ item }) => item),
  mark: async (catalogue, user) => (await mark.first(db, { catalogue, user }))?.mark ?? '0:0',
  async takers(catalogue, items) {
    if (items.length === 0) return new Map();
    const rows = await takers.run(db, { catalogue, items });
    return new Map(rows.map(({ item, users }) => [item, users] as const));
  },
  popular: (catalogue, limit) => popular.run(db, { catalogue, limit }),
  page: (catalogue, after, limit) =>
    page.run(db, { catalogue, after: after ?? '0', limit, most: MAX_OWN_ITEMS }),
  friends: async (user) => (await friends.run(db, { user, limit: MAX_OWN_ITEMS })).map(({ id }) => id),
  catalogues: async () => (await catalogues.run(db, {})).map(({ catalogue }) => catalogue),
});
