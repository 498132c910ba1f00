import type { Id } from '@socialkit/core';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../database.js';
import type { Month } from './months.js';
import { type PairSet, TALLY_COLUMNS, type WarmParts, warmSql, warmTogetherSql } from './sql.js';
import {
  arrayOf,
  fromEach,
  type HydrateRow,
  id,
  ids,
  itself,
  keyOf,
  type ListName,
  numbers,
  prepare,
  send,
  split,
} from './statements.js';

/** A question of one viewer about posts whose public parts the process holds. */
export interface WarmQuery {
  /** 0 without a session. */
  readonly viewer: Id;
  /** Unix milliseconds. */
  readonly now: number;
  /** The months the posts lie in: the same array for the same months. */
  readonly months: readonly Month[];
  readonly ids: readonly Id[];
  readonly authors: readonly Id[];
  /** Accounts that may be followed. */
  readonly follows: readonly Id[];
  /** Posts that may have something of the viewer's. */
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

/** The lists of one viewer; an absent one is empty. */
export type ViewerLists = { readonly [L in ListName]?: readonly string[] };

/** What a viewer was told. */
export interface WarmAnswer {
  /** Id, revision and counts of each post. */
  readonly posts: ReadonlyMap<Id, string>;
  /** Revision of each author. */
  readonly authors: ReadonlyMap<Id, number>;
  readonly lists: ViewerLists;
}

/** Lines by the id they begin with; an id begins nowhere else. */
function linesById<T>(text: string | null | undefined, make: (line: string, tab: number) => T): Map<Id, T> {
  const lines = new Map<Id, T>();
  if (text)
    for (const line of text.split('\n')) {
      const tab = line.indexOf('\t');
      lines.set(line.slice(0, tab), make(line, tab));
    }
  return lines;
}

const publicAnswer = (row: HydrateRow | undefined) => ({
  posts: linesById(row?.posts, (line) => line),
  authors: linesById(row?.authors, (line, tab) => Number(line.slice(tab + 1))),
});

const LISTS = [
  'reacted',
  'follows',
  'edges',
  'bookmarked',
  'reposted',
  'friends',
  'followedBy',
  'mentioned',
  'polls',
  'reader',
] as const satisfies readonly ListName[];

/** The lists in the row of one viewer. */
export function listsOf(row: HydrateRow): ViewerLists {
  const lists: { -readonly [L in ListName]?: readonly string[] } = {};
  for (const name of LISTS) {
    const text = row[name];
    if (text) lists[name] = text.split('\n');
  }
  return lists;
}

/** Partitions a page's own posts are looked for in. */
export const tablesOf = ({ months }: PageQuestion): string[] => months.map(({ posts }) => posts);

const partsOf = (queries: readonly WarmQuery[]): Omit<WarmParts, 'own'> => ({
  kept: queries.some((query) => query.bookmarked.length + query.reposted.length > 0),
  special: queries.some(
    (query) =>
      query.friends.length + query.followedBy.length + query.mentioned.length + query.polls.length > 0,
  ),
});

const kindOf = ({ kept, special }: WarmParts, page: PageQuestion | null | undefined): string =>
  `${kept ? 'k' : ''}${special ? 's' : ''} ${page ? tablesOf(page).join(' ') : ''}`;

async function askAlone(db: Kysely<Database>, query: WarmQuery): Promise<WarmAnswer> {
  const { months, page } = query;
  const parts = partsOf([query]);
  const keptAt = 5 + 2 * months.length;
  const specialAt = keptAt + (parts.kept ? 2 : 0);
  const pageAt = specialAt + (parts.special ? 4 : 0);
  const statement = prepare(db, `warm ${kindOf(parts, page)} of ${keyOf(months)}`, () =>
    warmSql(
      { ...parts, own: page ? { tables: tablesOf(page), hi: id(pageAt), most: id(pageAt + 1) } : undefined },
      {
        viewer: id(1),
        now: id(2),
        posts: fromEach(
          months,
          ({ posts }, n) =>
            sql`SELECT ${TALLY_COLUMNS} FROM ${sql.table(posts)} WHERE id = ANY(${ids(5 + n)})`,
        ),
        reactions: fromEach(
          months,
          ({ reactions }, n) =>
            sql`SELECT target_id, kind FROM ${sql.table(reactions)} WHERE target_id = ANY(${ids(5 + months.length + n)}) AND user_id = ${id(1)}`,
        ),
      },
      {
        authors: ids(3),
        follows: ids(4),
        bookmarked: ids(keptAt),
        reposted: ids(keptAt + 1),
        friends: ids(specialAt),
        followedBy: ids(specialAt + 1),
        mentioned: ids(specialAt + 2),
        polls: ids(specialAt + 3),
      },
    ),
  );
  const row = await send(db, statement, [
    query.viewer,
    query.now,
    arrayOf(query.authors),
    arrayOf(query.follows),
    ...split(months, query.ids, itself).map(arrayOf),
    ...split(months, query.reacted, itself).map(arrayOf),
    ...(parts.kept ? [arrayOf(query.bookmarked), arrayOf(query.reposted)] : []),
    ...(parts.special ? [query.friends, query.followedBy, query.mentioned, query.polls].map(arrayOf) : []),
    ...(page ? [page.hi, page.most] : []),
  ]);
  return { ...publicAnswer(row), lists: row ? listsOf(row) : {} };
}

/** What is asked about pairs of a viewer and an id, in the order of the parameters. */
const PAIRED = {
  always: ['follows'],
  kept: ['bookmarked', 'reposted'],
  special: ['friends', 'followedBy', 'mentioned', 'polls'],
} as const;
type Paired = (typeof PAIRED)[keyof typeof PAIRED][number];

interface Pair {
  readonly viewer: number;
  readonly id: Id;
}

const pairsOf = (queries: readonly WarmQuery[], name: Paired | 'reacted'): Pair[] =>
  queries.flatMap((query, n) => query[name].map((at) => ({ viewer: n + 1, id: at })));

/** Two arrays of one length. */
const pairArrays = (pairs: readonly Pair[]): [string, string] => [
  arrayOf(pairs.map(({ viewer }) => viewer)),
  arrayOf(pairs.map((pair) => pair.id)),
];

const distinct = (queries: readonly WarmQuery[], name: 'ids' | 'authors'): readonly Id[] => [
  ...new Set(queries.flatMap((query) => query[name])),
];

/** Gives each viewer the lines that begin with his number. */
function dealOut(row: HydrateRow | undefined, viewers: number): ViewerLists[] {
  const dealt: { -readonly [L in ListName]?: string[] }[] = Array.from({ length: viewers }, () => ({}));
  for (const name of LISTS) {
    const text = row?.[name];
    if (!text) continue;
    for (const line of text.split('\n')) {
      const tab = line.indexOf('\t');
      const lists = dealt[Number(line.slice(0, tab)) - 1];
      if (!lists) continue;
      lists[name] ??= [];
      lists[name].push(line.slice(tab + 1));
    }
  }
  return dealt;
}

async function askTogether(
  db: Kysely<Database>,
  queries: readonly WarmQuery[],
): Promise<readonly WarmAnswer[]> {
  const months = queries[0]?.months ?? [];
  const parts = partsOf(queries);
  const asking = queries.flatMap(({ page }, n) => (page ? [{ viewer: n + 1, page }] : []));
  const page = asking[0]?.page;
  const names: readonly Paired[] = [
    ...PAIRED.always,
    ...(parts.kept ? PAIRED.kept : []),
    ...(parts.special ? PAIRED.special : []),
  ];
  const reactedAt = 4 + months.length;
  const pairedAt = reactedAt + 2 * months.length;
  const pageAt = pairedAt + 2 * names.length;
  const statement = prepare(db, `many ${kindOf(parts, page)} of ${keyOf(months)}`, () => {
    const pair = (at: number): PairSet => ({ viewers: numbers(at), ids: ids(at + 1) });
    const paired = new Map(names.map((name, n) => [name, pair(pairedAt + 2 * n)]));
    return warmTogetherSql(
      {
        viewers: ids(1),
        now: id(2),
        authors: ids(3),
        posts: fromEach(
          months,
          ({ posts }, n) =>
            sql`SELECT ${TALLY_COLUMNS} FROM ${sql.table(posts)} WHERE id = ANY(${ids(4 + n)})`,
        ),
        reactions: months.map(({ reactions }, n) => ({ table: reactions, pairs: pair(reactedAt + 2 * n) })),
        ...(page
          ? {
              pages: {
                tables: tablesOf(page),
                viewers: numbers(pageAt),
                his: ids(pageAt + 1),
                most: numbers(pageAt + 2),
              },
            }
          : {}),
      },
      (name) => paired.get(name),
    );
  });
  const row = await send(db, statement, [
    arrayOf(queries.map(({ viewer }) => viewer)),
    queries[0]?.now,
    arrayOf(distinct(queries, 'authors')),
    ...split(months, distinct(queries, 'ids'), itself).map(arrayOf),
    ...split(months, pairsOf(queries, 'reacted'), (pair) => pair.id).flatMap(pairArrays),
    ...names.flatMap((name) => pairArrays(pairsOf(queries, name))),
    ...(page
      ? [
          arrayOf(asking.map(({ viewer }) => viewer)),
          arrayOf(asking.map((one) => one.page.hi)),
          arrayOf(asking.map((one) => one.page.most)),
        ]
      : []),
  ]);
  const shared = publicAnswer(row);
  return dealOut(row, queries.length).map((lists) => ({ ...shared, lists }));
}

/** Hydrates for viewers whose posts all lie in the same months: one statement, however many they are. */
export const hydrateWarm = async (
  db: Kysely<Database>,
  queries: readonly WarmQuery[],
): Promise<readonly WarmAnswer[]> => {
  const [only, ...others] = queries;
  if (only === undefined) return [];
  return others.length === 0 ? [await askAlone(db, only)] : askTogether(db, queries);
};
