import { createPostgresStorage } from '@socialkit/adapters/postgres';
import { systemClock } from '@socialkit/core';
import { atLeast, judged, type Metric } from '../harness/metric.js';
import { interleave, median, ratio } from '../harness/rounds.js';
import type { Bench, Part } from './bench.js';
import { AUTHOR_SIZES, openCrowd } from './crowd.js';
import { deliverAll, openFanOut } from './delivery.js';
import { CONCURRENCY, firstPages, overReaders, readText } from './homes.js';
import { fillRowTimelines } from './row-timelines.js';
import { openFeed, openTown, openTownTimelines } from './town.js';

/** Entries of a timeline in rows before anything is measured: three million rows in all. */
const ENTRIES = 30;

async function pages(bench: Bench): Promise<readonly Metric[]> {
  const town = await openTown(bench);
  const readers = town.readers.get(200)!;
  const withRedis = openFeed(town, { timelines: await openTownTimelines(bench, town) });
  const alone = openFeed(town);
  await firstPages(withRedis, readers);
  await firstPages(alone, readers);
  const speed = (feed: typeof alone) => async () =>
    (await overReaders(readers, CONCURRENCY, (reader) => readText(feed, reader))).perSecond;
  const figures = await interleave(
    { alone: speed(alone), withRedis: speed(withRedis) },
    { rounds: bench.rounds },
  );
  return [
    judged(
      'P13',
      'home page req/s, PostgreSQL alone / Redis and SQL',
      ratio(figures.alone, figures.withRedis),
      'x',
      atLeast(0.9),
    ),
  ];
}

async function fanOuts(bench: Bench): Promise<readonly Metric[]> {
  const { stage } = bench;
  const { postgres } = stage;
  const crowd = await openCrowd(bench);
  bench.say('100k timelines in rows');
  await fillRowTimelines(postgres, crowd.active, ENTRIES, Date.now());
  const storage = createPostgresStorage({ postgres, clock: systemClock, ids: stage.ids });
  const rows = openFanOut({ postgres, stage }, storage.feed.timelines!);
  const redis = openFanOut({ postgres, stage }, crowd.timelines);
  const metrics: Metric[] = [];
  for (const { followers } of AUTHOR_SIZES) {
    const authors = crowd.authors.get(followers)!;
    bench.say(`${authors.length} posts to ${followers} followers each`);
    const figures = await interleave(
      {
        rows: () => deliverAll(rows, stage, authors, 4),
        redis: () => deliverAll(redis, stage, authors, 4),
      },
      { rounds: bench.rounds },
    );
    const size = `${followers / 1000}k followers`;
    metrics.push(
      judged(
        'P13',
        `fan-out, ${size}, PostgreSQL alone / Redis`,
        ratio(figures.rows, figures.redis),
        'x',
        atLeast(0.5),
      ),
      judged('speed', `${size}, timelines in rows`, median(figures.rows), 'deliveries/s', null),
    );
  }
  return metrics;
}

/** P13: the same without Redis. */
export const postgresOnlyPart: Part = {
  goals: ['P13'],
  title: 'PostgreSQL alone',
  measure: async (bench) => [...(await pages(bench)), ...(await fanOuts(bench))],
};
