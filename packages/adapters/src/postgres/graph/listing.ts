import { type Edge, type Id, MAX_ID_STRING, type Viewer } from '@socialkit/core';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { viewerParameter, visibleAccount } from '../access/index.js';
import type { Database } from '../database.js';
import { defineStatement, type SampleIds } from '../statement.js';

/** Where a keyset scan begins: newest first everything lies below the largest id. */
export const belowAll = (after: Id | null): Id => after ?? MAX_ID_STRING;
/** Ascending, everything lies above 0, which is no id. */
export const aboveAll = (after: Id | null): Id => after ?? '0';

/**
 * A probe that is answered row by row through an index. A plain EXISTS may be turned into a join or a hash of
 * everything it could match, which under a generic plan is read in full for an account with a million followers.
 */
export const probe = (select: RawBuilder<unknown>): RawBuilder<boolean> =>
  sql<boolean>`coalesce((${select} LIMIT 1), false)`;

type Params = {
  readonly user: 'bigint';
  readonly viewer: 'bigint';
  readonly after: 'bigint';
  readonly limit: 'integer';
};
type Markers = Readonly<Record<keyof Params, RawBuilder<unknown>>>;

const PARAMS: Params = { user: 'bigint', viewer: 'bigint', after: 'bigint', limit: 'integer' };

/** Edges `e` of a table in listing order, of which the `a`ccount at the other end may be seen. */
export interface EdgeSource {
  readonly table: string;
  /** Column of the account whose listing it is. */
  readonly own: string;
  /** Column of the account listed. */
  readonly other: string;
  /** A further condition on `e`. */
  readonly where?: (marker: Markers) => RawBuilder<unknown>;
  /** Whose edges are scanned. @default `user` */
  readonly scan?: 'user' | 'viewer';
}

const edges = ({ table, own, other, where, scan = 'user' }: EdgeSource, marker: Markers) => sql`
  SELECT e.${sql.ref(other)} AS "accountId", e.id
  FROM ${sql.table(table)} AS e
  JOIN ${sql.table('accounts')} AS a ON a.id = e.${sql.ref(other)}
  WHERE e.${sql.ref(own)} = ${marker[scan]} AND e.id < ${marker.after}
    AND ${where ? where(marker) : sql`true`}
    AND ${visibleAccount({ account: 'a', viewer: marker.viewer })}
  ORDER BY e.id DESC
  LIMIT ${marker.limit}`;

const sample = ({ newest }: SampleIds) => ({ user: '1', viewer: '2', after: newest, limit: 21 });

/** Defines the statement of a listing. */
export function defineListing(name: string, source: EdgeSource) {
  const statement = defineStatement({
    name,
    params: PARAMS,
    build: (_, marker) => edges(source, marker) as RawBuilder<Edge>,
    sample,
  });
  return (
    db: Kysely<Database>,
    user: Id,
    query: { readonly viewer: Viewer; readonly after: Id | null; readonly limit: number },
  ): Promise<readonly Edge[]> =>
    statement.run(db, {
      user,
      viewer: viewerParameter(query.viewer),
      after: belowAll(query.after),
      limit: query.limit,
    });
}

/** Defines the statement that counts a listing, up to a limit. */
export function defineCount(name: string, source: EdgeSource) {
  const statement = defineStatement({
    name,
    params: PARAMS,
    build: (_, marker) =>
      sql<{ count: number }>`SELECT count(*)::integer AS count FROM (${edges(source, marker)}) AS listed`,
    sample,
  });
  return async (db: Kysely<Database>, user: Id, viewer: Viewer, cap: number): Promise<number> =>
    (await statement.first(db, { user, viewer: viewerParameter(viewer), after: MAX_ID_STRING, limit: cap }))
      ?.count ?? 0;
}
