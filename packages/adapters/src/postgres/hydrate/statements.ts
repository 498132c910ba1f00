import { compareIds, type Id } from '@socialkit/core';
import { type CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database.js';
import { sendNamed } from '../driver.js';
import type { Month } from './months.js';

/** What is asked about the viewer and gives a list: see {@link HydrateRow}. */
export type ListName =
  | 'reacted'
  | 'follows'
  | 'edges'
  | 'bookmarked'
  | 'reposted'
  | 'friends'
  | 'followedBy'
  | 'mentioned'
  | 'polls'
  | 'reader';

/**
 * What a hydration statement gives: one row of text columns. Null stands for no rows, an absent column for a part the
 * statement does not have.
 *
 * - `posts`: id, revision and counts; in the cold form also the public part of each post.
 * - `authors`: id and revision; in the cold form also state, switches and summary.
 * - `reacted`: post and kind; `bookmarked`, `reposted`: posts.
 * - `follows`: `r` behind an id says that its reposts are not wanted.
 * - `edges`: blocks both ways (`b`, `c`) and mutes (`m` of everything, `n` of reposts).
 * - `polls`: JSON of each poll with the viewer's ballot.
 * - `reader`: newest own ids, JSON of muted words, whether threads are muted, JSON of followed hashtags.
 *
 * Rows are lines, fields are separated by tabs. A statement for several viewers puts the number of the viewer, from 1, in
 * front of each line of a list.
 */
export type HydrateRow = {
  readonly posts: string | null;
  readonly authors: string | null;
} & { readonly [L in ListName]?: string | null };

/** Ids as an array parameter: the text is what the driver would make of an array, without looking at each element. */
export const arrayOf = (ids: readonly (Id | number)[]): string => `{${ids.join(',')}}`;

/** A statement over partitions by name, built once a process and prepared once a connection. */
interface Prepared {
  readonly name: string;
  readonly query: CompiledQuery<HydrateRow>;
}

// A connection prepares a name once and takes it for that text ever after.
const prepared = new Map<string, Prepared>();

/** @param key what the text depends on; its first word becomes part of the name */
export function prepare(db: Kysely<Database>, key: string, build: () => RawBuilder<unknown>): Prepared {
  const known = prepared.get(key);
  if (known) return known;
  const made: Prepared = {
    name: `posts.hydrate_${key.slice(0, key.indexOf(' '))}_${prepared.size}`,
    query: (build() as RawBuilder<HydrateRow>).compile(db),
  };
  prepared.set(key, made);
  return made;
}

/** Sends a prepared statement. */
export async function send(
  db: Kysely<Database>,
  { name, query }: Prepared,
  parameters: readonly unknown[],
): Promise<HydrateRow | undefined> {
  return (await sendNamed(db, name, query, parameters)).rows[0];
}

/** What the text of a statement over these partitions depends on. */
export const keyOf = (months: readonly Month[]): string =>
  months.map(({ posts, reactions }) => `${posts} ${reactions}`).join(' ');

/** The n-th parameter, an array of ids. */
export const ids = (n: number): RawBuilder<unknown> => sql.raw(`$${n}::bigint[]`);
/** The n-th parameter, an array of small numbers. */
export const numbers = (n: number): RawBuilder<unknown> => sql.raw(`$${n}::integer[]`);
/** The n-th parameter, an id or an instant. */
export const id = (n: number): RawBuilder<unknown> => sql.raw(`$${n}::bigint`);

/** One SELECT a month, joined: each partition is asked for its own ids only. */
export const fromEach = (
  months: readonly Month[],
  select: (month: Month, n: number) => RawBuilder<unknown>,
): RawBuilder<unknown> => sql.join(months.map(select), sql` UNION ALL `);

/** Splits things by the month of their id, as arrays in the order of the months. */
export function split<T>(months: readonly Month[], all: readonly T[], idOf: (item: T) => Id): T[][] {
  const second = months[1];
  if (second === undefined) return [all as T[]];
  const older: T[] = [];
  const newer: T[] = [];
  for (const item of all) (compareIds(idOf(item), second.from) < 0 ? older : newer).push(item);
  return [older, newer];
}

/** An id as its own id. */
export const itself = (at: Id): Id => at;
