import { type Clock, createFakeClock, type Id } from '@socialkit/core';
import type { FeedOptions } from '@socialkit/feed';
import { describePostgres, describeRedis, type RedisForTests } from '@socialkit/test-services/vitest';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { createSocialKit, type SocialKit } from '../../kit/index.js';
import { openMigratedPostgres } from '../postgres-template.js';
import { createDice } from './dice.js';
import { startWorker } from './workers.js';

/** Prints the seed; `SOCIALKIT_SEED` repeats a run as far as moments of death can be repeated. */
const SEED = Number(process.env.SOCIALKIT_SEED ?? Date.now() % 2 ** 31);
const FOLLOWERS = 150;
const AUTHORS = 3;
const POSTS = 30;
const DEATHS = Number(process.env.SOCIALKIT_DEATHS ?? 4);
/** A worker is killed up to this long after it has begun, in milliseconds. */
const LIFE_MS = 120;
/** Longer than any lease: what a dead worker held can be claimed. */
const LEASES_OVER_MS = 3 * 60_000;
/** Many steps a post, and the lane of large authors for most of them. */
const feed: FeedOptions = { rule: 'push', followersPerPage: 7, largeAbove: 30 };

async function register(kit: SocialKit, count: number, name: string): Promise<Id[]> {
  const made: Id[] = [];
  for (let n = 0; n < count; n++) {
    const account = { externalId: `${name}-${n}`, handle: `${name}_${n}` };
    made.push((await kit.identity.register(kit.system, account)).id);
  }
  return made;
}

async function homeOf(kit: SocialKit, userId: Id): Promise<Id[]> {
  const ids: Id[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await kit.feed.home(kit.actor(userId), { limit: 100, ...(cursor ? { cursor } : {}) });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return ids;
}

const killedInMidDelivery =
  (openDatabase: () => ReturnType<typeof openMigratedPostgres>, redis: RedisForTests | null) => async () => {
    process.stdout.write(`killed in mid-delivery: SOCIALKIT_SEED=${SEED}\n`);
    const dice = createDice(SEED);
    const database = await openDatabase();
    let shiftMs = createFakeClock().now() - Date.now();
    const clock: Clock = { now: () => Date.now() + shiftMs };
    // Patient: a deadline missed on a busy machine would have every timeline built anew, and hide what was lost.
    const redisOptions = redis && { url: redis.url, prefix: `${redis.prefix}crash:`, deadlineMs: 10_000 };
    const kit = await createSocialKit({
      database: { url: database.url, connectionTimeoutMs: 20_000, statementTimeoutMs: 20_000 },
      ...(redisOptions ? { redis: redisOptions } : {}),
      clock,
      feed,
      worker: false,
    });
    const worker = () => startWorker({ database: database.url, redis: redisOptions, shiftMs, feed });
    try {
      const authors = await register(kit, AUTHORS, 'author');
      const followers = await register(kit, FOLLOWERS, 'reader');
      const follows = followers.flatMap((followerId, n) =>
        authors.filter((_, a) => (n + a) % 4 !== 0).map((followeeId) => ({ followerId, followeeId })),
      );
      await kit.graph.importFollows(kit.system, { follows });
      {
        await using first = await worker();
        await first.idle();
      }
      // Two thirds are active: they have a timeline before anything is written.
      const active = followers.filter((_, n) => n % 3 !== 0);
      for (const id of active) await homeOf(kit, id);

      const posts: { readonly id: Id; readonly authorId: Id }[] = [];
      let interrupted = 0;
      for (let death = 0; death < DEATHS || (interrupted === 0 && death < 5 * DEATHS); death++) {
        for (let n = 0; n < POSTS / DEATHS; n++) {
          const authorId = dice.pick(authors);
          const { id } = await kit.posts.create(kit.actor(authorId), { text: `post ${posts.length}` });
          posts.push({ id, authorId });
        }
        const doomed = await worker();
        // On a busy machine a worker may need longer to begin.
        const lifeMs = LIFE_MS * Math.max(1, death - DEATHS + 2);
        await new Promise((resolve) => setTimeout(resolve, dice.below(lifeMs)));
        await doomed.kill('SIGKILL');
        const { rows } = await sql<{ held: number }>`
          SELECT count(*)::int AS held FROM jobs WHERE token IS NOT NULL`.execute(database.a.db);
        if ((rows[0]?.held ?? 0) > 0) interrupted++;
      }
      // At least one died with deliveries in its hands, or there was nothing to prove.
      expect(interrupted).toBeGreaterThan(0);

      shiftMs += LEASES_OVER_MS;
      {
        await using last = await worker();
        await last.idle();
      }
      expect(await kit.deadLetters.list(kit.system)).toEqual([]);

      const newest = posts.map(({ id }) => id).reverse();
      const truthOf = (reader: Id) =>
        newest.filter((postId) => {
          const author = posts.find(({ id }) => id === postId)?.authorId;
          return follows.some(({ followerId, followeeId }) => followerId === reader && followeeId === author);
        });
      let timelines = 0;
      for (const id of active) {
        // Before the home is read, which could build the timeline anew and hide what was lost.
        const { state, missing } = await kit.feed.verify(kit.system, { userId: id });
        if (state === 'checked') timelines++;
        expect(missing).toEqual([]);
      }
      expect(timelines).toBe(active.length);
      for (const id of followers) expect(await homeOf(kit, id)).toEqual(truthOf(id));
    } finally {
      await kit.close();
      await database.close();
    }
  };

describePostgres('a worker killed in mid-delivery, on PostgreSQL', (server) => {
  const open = () => openMigratedPostgres(server);
  it(
    'loses no delivery: another one finishes, and every home is the truth',
    killedInMidDelivery(open, null),
    480_000,
  );

  describeRedis('and Redis', (redis) => {
    it(
      'loses no delivery: another one finishes, and every home is the truth',
      killedInMidDelivery(open, redis),
      480_000,
    );
  });
});
