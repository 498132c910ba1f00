import type { Viewer } from '../access/index.js';
import type { Id } from '../kernel/ids.js';
import { keyOf, type MemoryTable, type MemoryTables } from '../kernel/memory.js';
import type { Edge, EdgeQuery } from './store.js';

/** One direction of a friendship, as the reference tables hold it. */
export interface FriendshipRow {
  readonly userId: Id;
  readonly friendId: Id;
  readonly id: Id;
}

/** A pending friend request, as the reference tables hold it. */
export interface FriendRequestRow {
  readonly requesterId: Id;
  readonly targetId: Id;
  readonly id: Id;
}

/** A block, as the reference tables hold it. */
export interface BlockRow {
  readonly blockerId: Id;
  readonly blockedId: Id;
  readonly id: Id;
}

/** An edge before it is ordered and cut. */
export type EdgeRow = Edge;

/** What every listing of the reference stores shares. */
export interface Lists {
  page<E extends EdgeRow>(tables: MemoryTables, edges: readonly E[], query: EdgeQuery): readonly E[];
  count(tables: MemoryTables, edges: readonly EdgeRow[], viewer: Viewer, cap: number): number;
}

/** All rows of a table, as an array. */
export const rowsOf = <Row>(table: MemoryTable<Row>): Row[] => [...table.rows()];

/** The edges of one account: rows whose `own` column is the account, listing the `other` column. */
export const edgesOf = <
  Own extends string,
  Other extends string,
  Row extends { readonly [K in Own | Other]: Id } & { readonly id: Id },
>(
  table: MemoryTable<Row>,
  own: Own,
  accountId: Id,
  other: Other,
): EdgeRow[] =>
  rowsOf(table)
    .filter((row) => row[own] === accountId)
    .map((row) => ({ accountId: row[other], id: row.id }));

/** Whether either of the two blocks the other. */
export const isBlocked = (tables: MemoryTables, viewer: Viewer, accountId: Id): boolean => {
  const blocks = tables.table<BlockRow>('blocks');
  return viewer !== null && (blocks.has(keyOf(viewer, accountId)) || blocks.has(keyOf(accountId, viewer)));
};
