import { createRedisTimelines, openRedisLink, type RedisLink } from '@socialkit/adapters/redis';
import { systemClock } from '@socialkit/core';
import type { TimelineStore } from '@socialkit/feed';
import { inFlight } from '../harness/load.js';
import type { Bench } from './bench.js';
import {
  listKey,
  loadPush,
  luaKey,
  MISSKEY_KEEP,
  mastodonKey,
  mastodonScore,
  misskeyKey,
} from './ceilings/timelines.js';
import {
  type Accounts,
  accountAt,
  accountIds,
  createAccounts,
  fillKeys,
  followAuthor,
  pastIds,
  type Sample,
  sampleIds,
  seededRandom,
  shuffled,
} from './population.js';

/** Readers with a live timeline: no figure of fan-out means anything without this number. */
export const ACTIVE_READERS = 100_000;
/** Accounts without one. */
const INACTIVE = 100_000;
/** Sorted sets of the Mastodon-like way: 130 bytes an entry, so fewer of them, which is to its advantage. */
const SORTED_SETS = 20_000;
const YEAR_MS = 365 * 24 * 60 * 60_000;

/** Somebody with followers. */
export interface Author {
  readonly id: string;
  /** The same followers in memory: what ceilings write to. */
  readonly followers: readonly string[];
}

/** Sizes of authors, with as many authors each as one measurement takes posts from. */
export const AUTHOR_SIZES = [
  { followers: 1_000, authors: 60 },
  { followers: 10_000, authors: 8 },
  { followers: 100_000, authors: 2 },
] as const;
export type AuthorSize = (typeof AUTHOR_SIZES)[number]['followers'];

/** 100,000 readers with live timelines of 400 to 500 entries, and the authors they follow. */
export interface Crowd {
  readonly active: Accounts;
  readonly authors: ReadonlyMap<AuthorSize, readonly Author[]>;
  /** 100,000 followers each, of whom a fifth has a timeline. */
  readonly quietAuthors: readonly Author[];
  readonly link: RedisLink;
  /** The product's timelines, filled through the port. */
  readonly timelines: TimelineStore;
  /** Readers who have a sorted set too. */
  readonly withSortedSet: readonly string[];
  /** Name of the ceiling's script. */
  readonly sha: string;
}

/** The next number that shares no divisor with a hundred thousand. */
const coprime = (number: number): number => {
  let found = number;
  while (found % 2 === 0 || found % 5 === 0) found++;
  return found;
};

/** Spread over the whole population, another one for every `n`. */
const sampleOf = (of: Accounts, count: number, n: number): Sample => ({
  of,
  count,
  offset: n * 997,
  step: coprime(Math.floor(of.count / count) + 2 * n),
});

/** Makes accounts, follows, the product's timelines and the populations of the ceilings, once. */
export const openCrowd = (bench: Bench): Promise<Crowd> => bench.once('crowd', () => makeCrowd(bench));

async function makeCrowd(bench: Bench): Promise<Crowd> {
  const { stage, say } = bench;
  const { postgres, redis } = stage;
  const now = Date.now();
  say('accounts and follows');
  const active = await createAccounts(postgres, ACTIVE_READERS, 'reader', now - YEAR_MS);
  const inactive = await createAccounts(postgres, INACTIVE, 'sleeper', now - YEAR_MS);
  const authors = new Map<AuthorSize, readonly Author[]>();
  for (const { followers, authors: count } of AUTHOR_SIZES) {
    const writers = await createAccounts(postgres, count, `author${followers}`, now - YEAR_MS);
    const made: Author[] = [];
    for (let n = 0; n < count; n++) {
      const sample = sampleOf(active, followers, n);
      const id = accountAt(writers, n);
      await followAuthor(postgres, id, sample);
      made.push({ id, followers: sampleIds(sample) });
    }
    authors.set(followers, made);
  }
  const quiet = await createAccounts(postgres, 2, 'quiet', now - YEAR_MS);
  const quietAuthors: Author[] = [];
  for (let n = 0; n < quiet.count; n++) {
    const awake = sampleOf(active, ACTIVE_READERS / 5, n);
    const asleep = sampleOf(inactive, (ACTIVE_READERS / 5) * 4, n);
    const id = accountAt(quiet, n);
    await followAuthor(postgres, id, awake);
    await followAuthor(postgres, id, asleep);
    quietAuthors.push({ id, followers: [...sampleIds(awake), ...sampleIds(asleep)] });
  }
  await postgres.pool.query('VACUUM ANALYZE follows');
  await postgres.pool.query('VACUUM ANALYZE accounts');

  const random = seededRandom(1);
  const users = shuffled(accountIds(active), random);
  const link = openRedisLink('timelines', { url: stage.redisServer.url, deadlineMs: 10_000 });
  const timelines = createRedisTimelines({ link, clock: systemClock });
  bench.onClose(async () => {
    await timelines.close();
    await link.close();
  });
  say(`${users.length} timelines through the port`);
  const ids = pastIds(500, now);
  const stretches = Array.from({ length: 100 }, (_, n) => ids.slice(0, 400 + n));
  await fillTimelines(bench, timelines, users, (n) => stretches[n % 100]!);
  say('populations of the ceilings');
  const pushList = (template: string, entries: number) =>
    redis.rpush(template, ...ids.slice(0, entries).reverse());
  await fillKeys(redis, users.map(luaKey), 400, pushList);
  await fillKeys(redis, users.map(listKey), 301, (template, entries) =>
    redis.rpush(template, ...ids.slice(0, entries)),
  );
  await fillKeys(redis, users.map(misskeyKey), MISSKEY_KEEP, (template) =>
    redis.rpush(template, ...ids.slice(0, MISSKEY_KEEP)),
  );
  const withSortedSet = users.slice(0, SORTED_SETS);
  await fillKeys(redis, withSortedSet.map(mastodonKey), 301, (template, entries) =>
    redis.zadd(template, ...ids.slice(0, entries).flatMap((id) => [mastodonScore(id), id])),
  );
  return { active, authors, quietAuthors, withSortedSet, link, timelines, sha: await loadPush(redis) };
}

/** Begins and fills timelines. @param entries the ids of the n-th, newest first */
export async function fillTimelines(
  bench: Bench,
  timelines: TimelineStore,
  users: readonly string[],
  entries: (n: number) => readonly string[],
): Promise<void> {
  let n = 0;
  await inFlight(users, 32, async (user) => {
    const build = bench.stage.ids.next();
    const ids = entries(n++);
    if (!(await timelines.begin(user, build)) || !(await timelines.fill(user, build, ids, true)))
      throw new Error('a timeline could not be made');
  });
}
