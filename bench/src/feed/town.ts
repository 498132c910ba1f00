import { createPostgresStorage, ensurePartitions, type Postgres } from '@socialkit/adapters/postgres';
import { createRedisTimelines, openRedisLink } from '@socialkit/adapters/redis';
import {
  type Clock,
  createHooks,
  createIds,
  createMemoryTransport,
  firstIdAt,
  noTracer,
  type Runtime,
  silentLogger,
} from '@socialkit/core';
import {
  createFeed,
  type Feed,
  type FeedOptions,
  type FeedStores,
  type TimelineStore,
} from '@socialkit/feed';
import type { Bench } from './bench.js';
import { type Accounts, accountAt, accountIds, createAccounts } from './population.js';

/** Months of partitions: five years. */
const MONTHS = 60;
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

/** How large a town is. */
export interface TownSize {
  readonly writers: number;
  readonly posts: number;
  /** Readers by how many accounts they follow. */
  readonly readers: Readonly<Record<number, number>>;
  /** Authors that every reader follows, besides. */
  readonly stars: number;
}

/** Accounts with posts of the last two months, on tables with 60 monthly partitions. */
export interface Town {
  readonly postgres: Postgres;
  /**
   * Three hours into a month: half of the newest posts of everybody lie in the month before, so that every page reads two
   * partitions.
   */
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly writers: Accounts;
  readonly stars: readonly string[];
  readonly readers: ReadonlyMap<number, readonly string[]>;
}

/** The town on PostgreSQL that the page goals share. */
export const TOWN: TownSize = {
  writers: 10_000,
  posts: 200_000,
  readers: { 200: 300, 1000: 40, 5000: 20 },
  stars: 10,
};

/** Fills a migrated database. */
export async function createTown(postgres: Postgres, size: TownSize, node: number): Promise<Town> {
  const { pool, db } = postgres;
  const real = Date.now();
  const today = new Date(real);
  const shift = real - (Date.UTC(today.getUTCFullYear(), today.getUTCMonth()) + 3 * HOUR_MS);
  const clock: Clock = { now: () => Date.now() - shift };
  const now = clock.now();
  for (let back = MONTHS - 1; back >= 0; back -= 3) {
    const month = new Date(now);
    await ensurePartitions(db, Date.UTC(month.getUTCFullYear(), month.getUTCMonth() - back));
  }
  const writers = await createAccounts(postgres, size.writers, 'writer', now - 400 * DAY_MS);
  const stars = await createAccounts(postgres, size.stars, 'star', now - 400 * DAY_MS);
  const readers = new Map<number, readonly string[]>();
  for (const [following, count] of Object.entries(size.readers)) {
    const made = await createAccounts(postgres, count, `follower${following}`, now - 400 * DAY_MS);
    // Strides of seven: every reader follows another part of the writers.
    await pool.query(
      `INSERT INTO follows (follower_id, followee_id, id)
       SELECT $1::bigint + r, $2::bigint + (r * 37 + f * 7) % $3::bigint, $4::bigint + r * $6::bigint + f
       FROM generate_series(0, $5::bigint - 1) AS r, generate_series(0, $6::bigint - 1) AS f
       ON CONFLICT DO NOTHING`,
      [made.first, writers.first, size.writers, firstIdAt(now - 90 * DAY_MS), count, Number(following)].map(
        String,
      ),
    );
    await pool.query(
      `INSERT INTO follows (follower_id, followee_id, id)
       SELECT $1::bigint + r, $2::bigint + s, $1::bigint + r
       FROM generate_series(0, $3::bigint - 1) AS r, generate_series(0, $4::bigint - 1) AS s`,
      [made.first, stars.first, count, size.stars].map(String),
    );
    await pool.query('UPDATE accounts SET following_count = $3 WHERE id BETWEEN $1 AND $2', [
      made.first.toString(),
      (made.first + BigInt(count)).toString(),
      Number(following) + size.stars,
    ]);
    readers.set(Number(following), accountIds(made));
  }
  await writePosts(postgres, { writers, stars }, size, now);
  const everybody = [...readers.values()].flat();
  await react(postgres, everybody, size);
  await block(postgres, everybody, writers);
  for (const table of ['accounts', 'follows', 'posts', 'reactions', 'blocks'])
    await pool.query(`VACUUM ANALYZE ${table}`);
  const ids = createIds({ clock, node });
  const runtime: Runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() };
  return { postgres, clock, runtime, writers, stars: accountIds(stars), readers };
}

/** Posts spread evenly over a month and three hours, by everybody in turn; a star writes as often as anybody. */
async function writePosts(
  { pool }: Postgres,
  { writers, stars }: { readonly writers: Accounts; readonly stars: Accounts },
  size: TownSize,
  now: number,
): Promise<void> {
  const step = Math.floor((28 * DAY_MS) / size.posts);
  const from = now - 60_000 - step * size.posts;
  await pool.query(
    `INSERT INTO posts (id, author_id, status, visibility, type, text, entities, media, has_media, comment_policy,
       published_at, revision, reaction_count, reaction_counts, comment_count, repost_count)
     SELECT $1::bigint + ((n * $2::bigint) << 22) + n % 4096,
       CASE WHEN n % ($4::bigint + $6::bigint) < $6::bigint THEN $5::bigint + n % ($4::bigint + $6::bigint)
         ELSE $3::bigint + (n * 7919) % $4::bigint END,
       'published', 'public', 'text', repeat('A sentence of the kind people write. ', 2 + (n % 4)::integer), '[]', '[]', false,
       'everyone', $7::bigint + n * $2::bigint, 1, CASE WHEN n % 2 = 0 THEN (n % 50)::integer ELSE 0 END,
       CASE WHEN n % 2 = 0 AND n % 50 > 0 THEN jsonb_build_object('like', n % 50) ELSE '{}' END, (n % 7)::integer, 0
     FROM generate_series(0, $8::bigint - 1) AS n`,
    [firstIdAt(from), step, writers.first, size.writers, stars.first, size.stars, from, size.posts].map(
      String,
    ),
  );
  await pool.query(
    `UPDATE accounts SET post_count = w.posts, last_post_id = w.last
     FROM (SELECT author_id, count(*)::integer AS posts, max(id) AS last FROM posts GROUP BY author_id) AS w
     WHERE accounts.id = w.author_id`,
  );
}

/** Every reader likes posts here and there. */
async function react({ pool }: Postgres, readers: readonly string[], size: TownSize): Promise<void> {
  await pool.query(
    `INSERT INTO reactions (target_id, user_id, kind, target_kind, id)
     SELECT p.id, ($1::bigint[])[1 + (p.n * 31 + k) % $2::integer], 'like', 'post', p.id + k
     FROM (SELECT id, row_number() OVER (ORDER BY id) AS n, reaction_count FROM posts) AS p,
       generate_series(0, 1) AS k
     WHERE p.reaction_count > 1 AND p.n % 4 < 2
     ON CONFLICT DO NOTHING`,
    [readers, Math.max(1, Math.min(readers.length, size.posts))],
  );
}

/** And has blocked three accounts. */
async function block({ pool }: Postgres, readers: readonly string[], writers: Accounts): Promise<void> {
  await pool.query(
    `INSERT INTO blocks (blocker_id, blocked_id, id)
     SELECT reader.id, $2::bigint + (reader.n * 11 + k) % $3::bigint, reader.id + k
     FROM unnest($1::bigint[]) WITH ORDINALITY AS reader (id, n), generate_series(1, 3) AS k
     WHERE NOT EXISTS (SELECT FROM follows AS f
       WHERE f.follower_id = reader.id AND f.followee_id = $2::bigint + (reader.n * 11 + k) % $3::bigint)`,
    [readers, accountAt(writers, 0), writers.count],
  );
}

/** How a feed over a town is made. */
export interface HomeOptions {
  /** @default those of the storage, in PostgreSQL */
  readonly timelines?: TimelineStore;
  readonly deliveries?: FeedStores['deliveries'];
  /** Bytes of serialised content the process keeps. @default as the product has it */
  readonly fragmentBytes?: number;
  readonly feed?: FeedOptions;
}

/** The product's feed over a town, as the wiring makes it. */
export function openFeed(town: Town, options: HomeOptions = {}): Feed & { readonly stores: FeedStores } {
  const { postgres, clock, runtime } = town;
  const storage = createPostgresStorage({
    postgres,
    clock,
    ids: runtime.ids,
    ...(options.fragmentBytes === undefined ? {} : { fragmentBytes: options.fragmentBytes }),
  });
  const stores: FeedStores = {
    ...storage.feed,
    ...(options.timelines ? { timelines: options.timelines } : {}),
    ...(options.deliveries ? { deliveries: options.deliveries } : {}),
  };
  const feed = createFeed(
    {
      unitOfWork: storage.unitOfWork,
      readers: storage.readers,
      stores,
      realtime: createMemoryTransport(),
      runtime,
    },
    options.feed,
  );
  return { ...feed, stores };
}

/** The town of the page goals, made once. */
export const openTown = (bench: Bench): Promise<Town> =>
  bench.once('town', async () => {
    bench.say('a town: 60 months of partitions, 200k posts of two months');
    return createTown(bench.stage.postgres, TOWN, 901);
  });

/** Timelines of a town in Redis. */
export const openTownTimelines = (bench: Bench, town: Town): Promise<TimelineStore> =>
  bench.once('town timelines', async () => {
    const link = openRedisLink('timelines', {
      url: bench.stage.redisServer.url,
      prefix: 'town:',
      deadlineMs: 10_000,
    });
    const timelines = createRedisTimelines({ link, clock: town.clock });
    bench.onClose(async () => {
      await timelines.close();
      await link.close();
    });
    return timelines;
  });
