import { compareIds, type Id } from '@socialkit/core';
import type { Kysely } from 'kysely';
import type { Database } from '../database.js';
import type { AuthorFragment } from './fragment-cache.js';
import type { Month } from './months.js';
import { type PartedList, type WarmPart, warmSql } from './sql.js';
import { arrayOf, type HydrateRow, id, ids, keyOf, numbers, prepare, send } from './statements.js';

/** A question of one viewer about posts whose public parts the process holds. */
export interface WarmQuery {
  /** 0 without a session. */
  readonly viewer: Id;
  /** Unix milliseconds. */
  readonly now: number;
  /** The months the posts lie in: the same array for the same months. */
  readonly months: readonly Month[];
  /** Ascending. */
  readonly ids: readonly Id[];
  /** Ascending, each once: an answer says whether these are still current. */
  readonly authors: readonly AuthorFragment[];
  /** Accounts that may be followed, each once. */
  readonly follows: readonly Id[];
  /** Posts that may have something of the viewer's, ascending. */
  readonly reacted: readonly Id[];
  readonly bookmarked: readonly Id[];
  readonly reposted: readonly Id[];
  /** Accounts and posts whose audience or comment policy asks. */
  readonly friends: readonly Id[];
  readonly followedBy: readonly Id[];
  readonly mentioned: readonly Id[];
  readonly polls: readonly Id[];
  /** Of a home page: what it rests on comes along. */
  readonly page: PageQuestion | null;
}

/** What a home page asks about its reader. */
export interface PageQuestion {
  /** The months his newest posts are looked for in, older first: the same array for the same months. */
  readonly months: readonly Month[];
  /** The highest id looked at. */
  readonly hi: Id;
  /** How many of his own posts at most. */
  readonly most: number;
}

/** Partitions a page's own posts are looked for in. */
export const tablesOf = ({ months }: PageQuestion): string[] => months.map(({ posts }) => posts);

const KEPT = ['bookmarked', 'reposted'] as const satisfies readonly WarmPart[];
const SPECIAL = ['friends', 'followedBy', 'mentioned', 'polls'] as const satisfies readonly WarmPart[];

const asksAny = (queries: readonly WarmQuery[], parts: readonly WarmPart[]): boolean =>
  queries.some((query) => parts.some((part) => query[part].length > 0));

/** The parameters of a list for each viewer: everything one behind another, and where each part ends. */
function listed(lists: readonly (readonly (Id | number)[])[]): [all: string, ends: string] {
  const [only, ...others] = lists;
  if (only && others.length === 0) return [arrayOf(only), `{0,${only.length}}`];
  const all: (Id | number)[] = [];
  let ends = '{0';
  for (const list of lists) {
    for (const item of list) all.push(item);
    ends += `,${all.length}`;
  }
  return [arrayOf(all), `${ends}}`];
}

/** Splits ascending ids by their month. */
function splitAscending(months: readonly Month[], all: readonly Id[]): readonly (readonly Id[])[] {
  const second = months[1];
  if (second === undefined) return [all];
  let older = 0;
  while (older < all.length && compareIds(all[older] as Id, second.from) < 0) older++;
  return [all.slice(0, older), all.slice(older)];
}

/** The lists of each month, of all viewers. */
const listedByMonth = (
  months: readonly Month[],
  queries: readonly WarmQuery[],
  name: 'ids' | 'reacted',
): string[] => {
  const parted = queries.map((query) => splitAscending(months, query[name]));
  return months.flatMap((_, month) => listed(parted.map((parts) => parts[month] ?? [])));
};

/** The statement for months, parts and the pages' own months. */
function statementFor(
  db: Kysely<Database>,
  months: readonly Month[],
  parts: readonly WarmPart[],
  page: PageQuestion | undefined,
) {
  const tables = page && tablesOf(page);
  return prepare(
    db,
    `warm ${parts.length} ${parts[0] ?? ''} ${tables?.join(' ') ?? ''} of ${keyOf(months)}`,
    () => {
      const list = (at: number): PartedList => ({ ids: ids(at), ends: numbers(at + 1) });
      const reactionsAt = 3 + 2 * months.length;
      const authorsAt = reactionsAt + 2 * months.length;
      const partsAt = authorsAt + 5;
      const pagesAt = partsAt + 2 * parts.length;
      const lists = new Map(parts.map((name, n) => [name, list(partsAt + 2 * n)]));
      return warmSql(
        {
          viewers: ids(1),
          now: id(2),
          posts: months.map(({ posts }, n) => ({ table: posts, list: list(3 + 2 * n) })),
          reactions: months.map(({ reactions }, n) => ({
            table: reactions,
            list: list(reactionsAt + 2 * n),
          })),
          authors: list(authorsAt),
          authorRevisions: numbers(authorsAt + 2),
          follows: list(authorsAt + 3),
          pages: tables && { tables, his: ids(pagesAt), most: numbers(pagesAt + 1) },
        },
        (name) => lists.get(name),
      );
    },
  );
}

/**
 * Hydrates for viewers whose posts all lie in the same months: one statement, however many they are.
 * @returns a row for each, in their order
 */
export const hydrateWarm = async (
  db: Kysely<Database>,
  queries: readonly WarmQuery[],
): Promise<readonly HydrateRow[]> => {
  const [first] = queries;
  if (first === undefined) return [];
  const { months } = first;
  const page = queries.find((query) => query.page !== null)?.page ?? undefined;
  const parts: readonly WarmPart[] = [
    ...(asksAny(queries, KEPT) ? KEPT : []),
    ...(asksAny(queries, SPECIAL) ? SPECIAL : []),
  ];
  const rows = await send(db, statementFor(db, months, parts, page), [
    arrayOf(queries.map(({ viewer }) => viewer)),
    first.now,
    ...listedByMonth(months, queries, 'ids'),
    ...listedByMonth(months, queries, 'reacted'),
    ...listed(queries.map(({ authors }) => authors.map((author) => author.id))),
    arrayOf(queries.flatMap(({ authors }) => authors.map(({ revision }) => revision))),
    ...listed(queries.map(({ follows }) => follows)),
    ...parts.flatMap((name) => listed(queries.map((query) => query[name]))),
    ...(page
      ? [
          `{${queries.map((query) => query.page?.hi ?? 'NULL').join(',')}}`,
          `{${queries.map((query) => query.page?.most ?? 'NULL').join(',')}}`,
        ]
      : []),
  ]);
  return rows;
};
