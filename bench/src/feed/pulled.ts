import { createMemoryDatabase } from '@socialkit/core';
import { createMemoryDeliveries } from '@socialkit/feed';
import { inFlight } from '../harness/load.js';
import { atMost, judged } from '../harness/metric.js';
import { interleave, median, ratio } from '../harness/rounds.js';
import type { Part } from './bench.js';
import { CONCURRENCY, firstPages, overReaders, readText } from './homes.js';
import { openFeed, openTown, openTownTimelines } from './town.js';

/** Pages whose processor time is taken at a time. */
const READS = 400;
/** Short turns, many of them: a merge is a hundredth of a page, and less than what the machine does meanwhile. */
const TURNS = 4;

/** P10: what it costs a page to merge the outboxes of ten pulled authors. */
export const pulledPart: Part = {
  goals: ['P10'],
  title: 'pulled authors',
  async measure(bench) {
    const town = await openTown(bench);
    const timelines = await openTownTimelines(bench, town);
    const readers = town.readers.get(200)!;
    const openDeliveries = () => createMemoryDeliveries(createMemoryDatabase().session);
    const deliveries = openDeliveries();
    const decidedAt = town.clock.now() - 3_600_000;
    for (const authorId of town.stars)
      await deliveries.put({
        authorId,
        mode: 'pull',
        since: decidedAt,
        activeFollowers: 200_000,
        postsPerDay: 1,
        evaluatedAt: decidedAt,
      });
    const plain = openFeed(town, { timelines, deliveries: openDeliveries() });
    const merging = openFeed(town, { timelines, deliveries });
    await firstPages(plain, readers);
    await firstPages(merging, readers);
    const speed = (feed: typeof plain) => async () =>
      (await overReaders(readers, CONCURRENCY, (reader) => readText(feed, reader))).perSecond;
    /** Microseconds of this process a page. */
    const node = (feed: typeof plain) => async () => {
      const begun = process.cpuUsage();
      const reads = Array.from({ length: READS }, (_, n) => readers[n % readers.length]!);
      await inFlight(reads, CONCURRENCY, (reader) => readText(feed, reader));
      const { user, system } = process.cpuUsage(begun);
      return (user + system) / READS;
    };
    const figures = await interleave(
      { plain: speed(plain), merging: speed(merging), plainNode: node(plain), mergingNode: node(merging) },
      { rounds: bench.rounds * TURNS },
    );
    const loss = 1 - ratio(figures.merging, figures.plain);
    const each =
      median(figures.mergingNode.map((us, round) => us - figures.plainNode[round]!)) / town.stars.length;
    return [
      judged('P10', 'page req/s lost by merging 10 pulled authors', loss * 100, '%', atMost(10)),
      judged('P10', 'Node CPU per merged outbox', each, 'us', atMost(1)),
    ];
  },
};
