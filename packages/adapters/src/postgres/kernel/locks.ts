import { compareIds, type Id, type RowLocks } from '@socialkit/core';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

const pairKey = (a: Id, b: Id): string => (compareIds(a, b) <= 0 ? `${a}:${b}` : `${b}:${a}`);
const inOrder = (ids: readonly Id[]): Id[] => [...new Set(ids)].sort(compareIds);

const lockPair = defineStatement({
  name: 'locks.pair',
  params: { pair: 'text' },
  build: (_, { pair }) => sql`SELECT pg_advisory_xact_lock(hashtextextended('pair:' || ${pair}, 0))`,
  sample: () => ({ pair: '1:2' }),
});

const sharePairs = defineStatement({
  name: 'locks.pair_shared',
  params: { pairs: 'text[]' },
  // In the order of what is locked, whatever order the pairs came in.
  build: (_, { pairs }) => sql`
    SELECT pg_advisory_xact_lock_shared(key) FROM (
      SELECT DISTINCT hashtextextended('pair:' || pair, 0) AS key FROM unnest(${pairs}) AS pair ORDER BY key
    ) AS keys`,
  sample: () => ({ pairs: ['1:2', '1:3'] }),
});

// NO KEY: rows that only refer to these need not wait; everything that updates or deletes them must.
const lockAccounts = defineStatement({
  name: 'locks.accounts',
  params: { ids: 'bigint[]' },
  build: (_, { ids }) => sql`
    SELECT id FROM accounts WHERE id = ANY(${ids}) ORDER BY id FOR NO KEY UPDATE`,
  sample: ({ ids }) => ({ ids }),
});

const lockPost = defineStatement({
  name: 'locks.post',
  params: { id: 'bigint' },
  build: (_, { id }) => sql`SELECT id FROM posts WHERE id = ${id} FOR NO KEY UPDATE`,
  sample: ({ newest }) => ({ id: newest }),
});

const lockComment = defineStatement({
  name: 'locks.comment',
  params: { id: 'bigint' },
  build: (_, { id }) => sql`SELECT id FROM comments WHERE id = ${id} FOR NO KEY UPDATE`,
  sample: ({ newest }) => ({ id: newest }),
});

/** Locks held until the transaction ends; within one call always taken in id order. */
export function createPostgresLocks(tx: Transaction<Database>): RowLocks {
  return {
    async pair(a, b) {
      await lockPair.run(tx, { pair: pairKey(a, b) });
    },
    async pairShared(pairs) {
      if (pairs.length === 0) return;
      await sharePairs.run(tx, { pairs: pairs.map(([a, b]) => pairKey(a, b)) });
    },
    async accounts(ids) {
      if (ids.length > 0) await lockAccounts.run(tx, { ids: inOrder(ids) });
    },
    // One equality a statement: only the partition that holds the id is touched.
    async posts(ids) {
      for (const id of inOrder(ids)) await lockPost.run(tx, { id });
    },
    async comments(ids) {
      for (const id of inOrder(ids)) await lockComment.run(tx, { id });
    },
  };
}
