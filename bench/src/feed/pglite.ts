import { openPglite } from '@socialkit/adapters/pglite';
import { migrate, migrateServer, openPostgres, type Postgres } from '@socialkit/adapters/postgres';
import { atLeast, judged } from '../harness/metric.js';
import { interleave, ratio } from '../harness/rounds.js';
import type { Bench, Part } from './bench.js';
import type { Author } from './crowd.js';
import { deliverAll, openFanOut } from './delivery.js';
import { CONCURRENCY, firstPages, overReaders, readText } from './homes.js';
import { accountAt, createAccounts, followAuthor, sampleIds } from './population.js';
import { fillRowTimelines } from './row-timelines.js';
import { createTown, openFeed, type TownSize } from './town.js';

/** The same on both: small enough to be loaded into the embedded database in seconds. */
const SIZE: TownSize = { writers: 2000, posts: 20_000, readers: { 200: 60 }, stars: 0 };
const ACTIVE = 20_000;
const ENTRIES = 20;
const FOLLOWERS = 10_000;
const AUTHORS = 2;

interface Side {
  readonly readers: readonly string[];
  readonly feed: ReturnType<typeof openFeed>;
  readonly fanOut: ReturnType<typeof openFanOut>;
  readonly authors: readonly Author[];
}

async function openSide(bench: Bench, postgres: Postgres): Promise<Side> {
  const town = await createTown(postgres, SIZE, 902);
  const now = town.clock.now();
  const active = await createAccounts(postgres, ACTIVE, 'awake', now - 1e10);
  const writers = await createAccounts(postgres, AUTHORS, 'wellknown', now - 1e10);
  const authors: Author[] = [];
  for (let n = 0; n < AUTHORS; n++) {
    const sample = { of: active, count: FOLLOWERS, offset: n * 997, step: 3 };
    const id = accountAt(writers, n);
    await followAuthor(postgres, id, sample);
    authors.push({ id, followers: sampleIds(sample) });
  }
  // The fan-out runs on the machine's clock, pages on that of the town.
  await fillRowTimelines(postgres, active, ENTRIES, Date.now());
  const feed = openFeed(town);
  const readers = town.readers.get(200)!;
  await firstPages(feed, readers);
  return {
    readers,
    feed,
    authors,
    fanOut: openFanOut({ postgres, stage: bench.stage }, feed.stores.timelines!),
  };
}

/** P14: the embedded database against the server, same data, timelines in rows on both. */
export const pglitePart: Part = {
  goals: ['P14'],
  title: 'the embedded database',
  async measure(bench) {
    const { stage, rounds } = bench;
    bench.say('the same town on PostgreSQL and embedded');
    const url = await stage.server.createDatabase();
    await migrateServer({ url });
    const postgres = openPostgres({ url, statementTimeoutMs: 0, pool: { max: 16 } });
    const lite = await openPglite({});
    const embedded = openPostgres({ pool: { ...lite.poolConfig }, statementTimeoutMs: 0 });
    try {
      await migrate(embedded, Date.now());
      const server = await openSide(bench, postgres);
      const inside = await openSide(bench, embedded);
      const pages = (side: Side, concurrency: number) => async () =>
        (await overReaders(side.readers, concurrency, (reader) => readText(side.feed, reader))).perSecond;
      const deliveries = (side: Side) => () => deliverAll(side.fanOut, stage, side.authors, 2);
      const figures = await interleave(
        {
          many: pages(server, CONCURRENCY),
          manyInside: pages(inside, CONCURRENCY),
          one: pages(server, 1),
          oneInside: pages(inside, 1),
          push: deliveries(server),
          pushInside: deliveries(inside),
        },
        { rounds },
      );
      const name = 'PGlite / PostgreSQL';
      return [
        judged(
          'P14',
          `fan-out to 10k followers, timelines in rows, ${name}`,
          ratio(figures.pushInside, figures.push),
          'x',
          atLeast(0.5),
        ),
        judged(
          'P14',
          `home page req/s, 32 callers, ${name}`,
          ratio(figures.manyInside, figures.many),
          'x',
          atLeast(0.2),
        ),
        judged(
          'P14',
          `home page req/s, 1 caller, ${name}`,
          ratio(figures.oneInside, figures.one),
          'x',
          atLeast(0.3),
        ),
      ];
    } finally {
      await Promise.all([postgres.close(), embedded.close()]);
      await lite.close();
    }
  },
};
