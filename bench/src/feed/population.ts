import type { Postgres } from '@socialkit/adapters/postgres';
import { firstIdAt } from '@socialkit/core';
import type { Redis } from 'ioredis';

/** Ids of the accounts of a population: `first` and the `count - 1` numbers behind it. */
export interface Accounts {
  readonly first: bigint;
  readonly count: number;
}

/** The n-th account of a population, from 0. */
export const accountAt = (accounts: Accounts, n: number): string => (accounts.first + BigInt(n)).toString();

/** Every account id of a population. */
export const accountIds = (accounts: Accounts): string[] =>
  Array.from({ length: accounts.count }, (_, n) => accountAt(accounts, n));

/** Makes accounts straight in the table: a population is scenery, not what is measured. */
export async function createAccounts(
  postgres: Postgres,
  count: number,
  label: string,
  at: number,
): Promise<Accounts> {
  const first = BigInt(firstIdAt(at)) + BigInt(Math.abs(hash(label)) % 100_000) * 10_000_000n;
  await postgres.pool.query(
    `INSERT INTO accounts (id, handle, handle_skeleton, display_name, created_at, updated_at)
     SELECT $1::bigint + n, $2 || n, $2 || n, 'Account ' || n, $3::bigint, $3::bigint FROM generate_series(0, $4::integer - 1) AS n`,
    [first.toString(), label, at, count],
  );
  return { first, count };
}

function hash(text: string): number {
  let value = 7;
  for (const char of text) value = (value * 31 + char.charCodeAt(0)) | 0;
  return value;
}

/** Every `step`-th account of a population, `count` of them, from `offset` on, over and over. */
export interface Sample {
  readonly of: Accounts;
  readonly count: number;
  readonly offset: number;
  /** Has no divisor in common with the size of the population: no account comes twice. */
  readonly step: number;
}

/** Ids of a sample. */
export const sampleIds = ({ of, count, offset, step }: Sample): string[] =>
  Array.from({ length: count }, (_, n) => accountAt(of, (offset + n * step) % of.count));

/** Makes a sample of a population follow an author. */
export async function followAuthor(postgres: Postgres, author: string, sample: Sample): Promise<void> {
  const { of, count, offset, step } = sample;
  await postgres.pool.query(
    `INSERT INTO follows (follower_id, followee_id, id)
     SELECT $1::bigint + ($4::bigint + n * $5::bigint) % $6::bigint, $2::bigint, $1::bigint + n
     FROM generate_series(0, $3::bigint - 1) AS n
     ON CONFLICT DO NOTHING`,
    [of.first.toString(), author, count, offset, step, of.count],
  );
  await postgres.pool.query('UPDATE accounts SET follower_count = follower_count + $2 WHERE id = $1', [
    author,
    count,
  ]);
}

/** A repeatable stream of numbers in [0, 1): mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Shuffles in place, so that timelines lie in memory in no helpful order. */
export function shuffled<T>(items: T[], random: () => number): T[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [items[at], items[other]] = [items[other]!, items[at]!];
  }
  return items;
}

/** Ids that go back from now in steps of twenty minutes, newest first: what timelines are filled with. */
export const pastIds = (count: number, now: number): string[] =>
  Array.from({ length: count }, (_, n) => firstIdAt(now - 60_000 - n * 1_200_000));

/** Values that timelines are copied from: each is another length. */
const TEMPLATES = 100;

/**
 * Fills keys with copies made inside the server, in the order given: `make` writes one template with so many entries.
 * @param entries lengths go from here up to 99 more
 */
export async function fillKeys(
  redis: Redis,
  keys: readonly string[],
  entries: number,
  make: (template: string, entries: number) => Promise<unknown>,
): Promise<void> {
  const templates = Array.from({ length: TEMPLATES }, (_, n) => `template:${n}`);
  for (const [n, template] of templates.entries()) await make(template, entries + n);
  for (let at = 0; at < keys.length; at += 2000) {
    const pipeline = redis.pipeline();
    for (let i = at; i < Math.min(at + 2000, keys.length); i++)
      pipeline.copy(templates[i % TEMPLATES]!, keys[i]!);
    await pipeline.exec();
  }
  await redis.unlink(...templates);
}
