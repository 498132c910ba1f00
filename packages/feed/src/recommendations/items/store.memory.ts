import { compareIds, type Id, keyOf, type MemorySession, type MemoryTables } from '@socialkit/core';
import type { ItemInteraction, ItemStore } from './store.js';
import { MAX_OWN_ITEMS } from './types.js';

interface Row extends ItemInteraction {
  readonly catalogue: string;
  readonly at: number;
}

/** Plain order of code units, as a database orders bytes of ASCII keys. */
const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const newest = (a: Row, b: Row) => b.at - a.at || byText(a.item, b.item);
const table = (tables: MemoryTables) => tables.table<Row>('rec_interactions');

const markOf = (rows: readonly Row[]) => `${rows.length}:${Math.max(0, ...rows.map(({ at }) => at))}`;

/** The reference {@link ItemStore}. */
export function createMemoryItems(session: MemorySession): ItemStore {
  const rowsOf = (tables: MemoryTables, catalogue: string) =>
    [...table(tables).rows()].filter((row) => row.catalogue === catalogue);
  const ofUser = (tables: MemoryTables, catalogue: string, userId: Id) =>
    rowsOf(tables, catalogue)
      .filter((row) => row.userId === userId)
      .sort(newest);
  const counted = (rows: readonly Row[]) => {
    const counts = new Map<string, number>();
    for (const { item } of rows) counts.set(item, (counts.get(item) ?? 0) + 1);
    return counts;
  };
  return {
    record: (catalogue, interactions, at) =>
      session.run((tables) => {
        let added = 0;
        for (const { userId, item } of interactions) {
          const key = keyOf(catalogue, userId, item);
          if (!table(tables).has(key)) added += 1;
          table(tables).put(key, { catalogue, userId, item, at });
        }
        return added;
      }),
    withdraw: (catalogue, item) =>
      session.run((tables) => {
        const rows = rowsOf(tables, catalogue).filter((row) => row.item === item);
        for (const { userId } of rows) table(tables).remove(keyOf(catalogue, userId, item));
        return rows.length;
      }),
    taken: (catalogue, userId, limit) =>
      session.run((tables) =>
        ofUser(tables, catalogue, userId)
          .slice(0, limit)
          .map(({ item }) => item),
      ),
    mark: (catalogue, userId) => session.run((tables) => markOf(ofUser(tables, catalogue, userId))),
    takers: (catalogue, items) =>
      session.run((tables) => {
        const counts = counted(rowsOf(tables, catalogue));
        return new Map(items.flatMap((item) => (counts.has(item) ? [[item, counts.get(item) ?? 0]] : [])));
      }),
    popular: (catalogue, limit) =>
      session.run((tables) =>
        [...counted(rowsOf(tables, catalogue))]
          .map(([item, users]) => ({ item, users }))
          .sort((a, b) => b.users - a.users || byText(a.item, b.item))
          .slice(0, limit),
      ),
    page: (catalogue, after, limit) =>
      session.run((tables) => {
        const users = [...new Set(rowsOf(tables, catalogue).map(({ userId }) => userId))]
          .filter((id) => after === null || compareIds(id, after) > 0)
          .sort(compareIds)
          .slice(0, limit);
        return users.map((userId) => {
          const rows = ofUser(tables, catalogue, userId);
          const items = rows.slice(0, MAX_OWN_ITEMS).map(({ item }) => item);
          return { userId, items, mark: markOf(rows) };
        });
      }),
    friends: (userId) =>
      session.run((tables) =>
        [...tables.table<{ readonly userId: Id; readonly friendId: Id }>('friendships').rows()]
          .filter((row) => row.userId === userId)
          .map(({ friendId }) => friendId)
          .sort(compareIds)
          .slice(0, MAX_OWN_ITEMS),
      ),
    catalogues: () =>
      session.run((tables) => [...new Set([...table(tables).rows()].map((row) => row.catalogue))].sort()),
  };
}
