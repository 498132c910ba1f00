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
 * What a hydration statement gives for one viewer: text columns. Null stands for no rows, an absent column for a part the
 * statement does not have.
 *
 * - `posts`: id, revision and counts; in the cold form also the public part of each post.
 * - `authors`: in the cold form id, revision, state, switches and summary of each. In the warm form `AS_ASKED`, or their ids and,
 *   behind a tab, their revisions, joined by commas.
 * - `reacted`: post and kind; `bookmarked`, `reposted`: posts.
 * - `follows`: accounts; a negative id is followed, but its reposts are not wanted. `AS_ASKED`: all who were asked about.
 * - `edges`: blocks both ways (`b`, `c`) and mutes (`m` of everything, `n` of reposts).
 * - `polls`: JSON of each poll with the viewer's ballot.
 * - `reader`: newest own ids, JSON of muted words, whether threads are muted, JSON of followed hashtags.
 *
 * Rows are lines, fields are separated by tabs.
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

/** Sends a prepared statement. @returns a row for each viewer it asks for */
export async function send(
  db: Kysely<Database>,
  { name, query }: Prepared,
  parameters: readonly unknown[],
): Promise<readonly HydrateRow[]> {
  return (await sendNamed(db, name, query, parameters)).rows;
}

/** What the text of a statement over these partitions depends on. */
export const keyOf = (months: readonly Month[]): string =>
  months.map(({ posts, reactions }) => `${posts} ${reactions}`).join(' ');

/** The n-th parameter, an array of ids. */
export const ids = (n: number): RawBuilder<unknown> => sql.raw(`$${n}::bigint[]`);
/** The n-th parameter, an array of numbers. */
export const numbers = (n: number): RawBuilder<unknown> => sql.raw(`$${n}::integer[]`);
/** The n-th parameter, an id or an instant. */
export const id = (n: number): RawBuilder<unknown> => sql.raw(`$${n}::bigint`);

/** One SELECT a month, joined: each partition is asked for its own ids only. */
export const fromEach = (
  months: readonly Month[],
  select: (month: Month, n: number) => RawBuilder<unknown>,
): RawBuilder<unknown> => sql.join(months.map(select), sql` UNION ALL `);

/** Splits ids by their month, as arrays in the order of the months. */
export function split(months: readonly Month[], all: readonly Id[]): readonly (readonly Id[])[] {
  const second = months[1];
  if (second === undefined) return [all];
  const older: Id[] = [];
  const newer: Id[] = [];
  for (const at of all) (compareIds(at, second.from) < 0 ? older : newer).push(at);
  return [older, newer];
}
