import type { Id } from '@socialkit/core';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database.js';
import { idBounds } from '../id-bounds.js';
import { defineStatement } from '../statement.js';
import type { Month } from './months.js';
import { coldSql, POST_COLUMNS } from './sql.js';
import { arrayOf, fromEach, type HydrateRow, id, ids, keyOf, prepare, send, split } from './statements.js';
import { type PageQuestion, tablesOf } from './warm.js';

/** A question about posts whose public parts are wanted. */
export interface ColdQuery {
  /** 0 without a session. */
  readonly viewer: Id;
  /** Unix milliseconds. */
  readonly now: number;
  readonly ids: readonly Id[];
  /** Posts whose public part is wanted. */
  readonly need: readonly Id[];
  /** Accounts whose summary is not wanted. */
  readonly known: readonly Id[];
  /** Of a home page: what it rests on comes along. */
  readonly page: PageQuestion | null;
}

const parentsCold = defineStatement({
  name: 'posts.hydrate_cold',
  params: {
    viewer: 'bigint',
    now: 'bigint',
    ids: 'bigint[]',
    need: 'bigint[]',
    known: 'bigint[]',
    lo: 'bigint',
    hi: 'bigint',
  },
  // OFFSET 0 keeps each lookup a probe of the primary key: without it the planner may join all rows between the bounds.
  build: (_, { ids: wantedIds, lo, hi, viewer, ...rest }) =>
    coldSql({
      ...rest,
      viewer,
      special: true,
      posts: sql`SELECT p.* FROM unnest(${wantedIds}) AS wanted (id) CROSS JOIN LATERAL (
        SELECT ${POST_COLUMNS} FROM posts WHERE posts.id = wanted.id AND posts.id BETWEEN ${lo} AND ${hi} OFFSET 0
      ) AS p`,
      reactions: (
        wanted,
      ) => sql`SELECT r.target_id, r.kind FROM unnest(${wanted}) AS wanted (id) CROSS JOIN LATERAL (
        SELECT target_id, kind FROM reactions WHERE reactions.target_id = wanted.id AND reactions.user_id = ${viewer}
          AND reactions.target_id BETWEEN ${lo} AND ${hi} OFFSET 0
      ) AS r`,
    }) as RawBuilder<HydrateRow>,
  sample: (from) => ({
    viewer: '1',
    now: from.now,
    ids: from.ids,
    need: from.ids,
    known: [],
    lo: from.oldest,
    hi: from.newest,
  }),
});

/** Hydrates posts of whatever months through the partitioned tables; tells nothing about a home page. */
export const hydrateFromParents = (
  db: Kysely<Database>,
  { viewer, now, ids: wanted, need, known }: ColdQuery,
): Promise<HydrateRow | undefined> =>
  parentsCold.first(db, { viewer, now, ids: wanted, need, known, ...idBounds(wanted) });

/**
 * Hydrates posts of one or two months from their partitions directly.
 * @param special also looks up friends, followers, mentions and polls; the parent tables always do
 */
export async function hydrateCold(
  db: Kysely<Database>,
  months: readonly Month[],
  query: ColdQuery,
  special: boolean,
): Promise<HydrateRow | undefined> {
  const { viewer, now, need, known, page } = query;
  const pageAt = 5 + months.length;
  const statement = prepare(
    db,
    `cold ${special ? 's' : ''} ${page ? tablesOf(page).join(' ') : ''} of ${keyOf(months)}`,
    () =>
      coldSql({
        special,
        own: page ? { tables: tablesOf(page), hi: id(pageAt), most: id(pageAt + 1) } : undefined,
        viewer: id(1),
        now: id(2),
        need: ids(3),
        known: ids(4),
        posts: fromEach(
          months,
          ({ posts }, n) =>
            sql`SELECT ${POST_COLUMNS} FROM ${sql.table(posts)} WHERE id = ANY(${ids(5 + n)})`,
        ),
        reactions: (wanted) =>
          fromEach(
            months,
            ({ reactions }) =>
              sql`SELECT target_id, kind FROM ${sql.table(reactions)} WHERE target_id = ANY(${wanted}) AND user_id = ${id(1)}`,
          ),
      }),
  );
  const rows = await send(db, statement, [
    viewer,
    now,
    arrayOf(need),
    arrayOf(known),
    ...split(months, query.ids).map(arrayOf),
    ...(page ? [page.hi, page.most] : []),
  ]);
  return rows[0];
}
