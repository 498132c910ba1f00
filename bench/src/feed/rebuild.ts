import { createTimelineBuilder } from '@socialkit/feed';
import { closedLoop } from '../harness/load.js';
import { atMost, judged } from '../harness/metric.js';
import { interleave, median, ratio } from '../harness/rounds.js';
import type { Part } from './bench.js';
import { bareHydrate } from './ceilings/hydrate.js';
import { firstPages } from './homes.js';
import { openFeed, openTown, openTownTimelines } from './town.js';

const ENTRIES = 400;
const SECONDS = 0.7;
/** Followees of a returning reader, and how many hydrates his rebuild may take. */
const SIZES = [
  { followees: 200, goal: null },
  { followees: 1000, goal: atMost(12) },
  { followees: 5000, goal: atMost(30) },
] as const;

/** P11: bringing a reader's timeline back, from begin to fill, one at a time. */
export const rebuildPart: Part = {
  goals: ['P11'],
  title: 'rebuilding timelines',
  async measure(bench) {
    const town = await openTown(bench);
    const timelines = await openTownTimelines(bench, town);
    const feed = openFeed(town, { timelines });
    const builder = createTimelineBuilder({
      timelines,
      truth: feed.stores.truth,
      runtime: town.runtime,
      length: ENTRIES,
    });
    const hydrated = town.readers.get(200)!.slice(0, 50);
    const ids = await firstPages(feed, hydrated);
    const p50 = async (readers: readonly string[], call: (reader: string) => Promise<unknown>) =>
      (await closedLoop(SECONDS, 1, (n) => call(readers[n % readers.length]!))).p50;
    const rebuild = (readers: readonly string[]) =>
      p50(readers, async (reader) => {
        const built = await builder.build(reader, true);
        if (built === null || built === 'shared' || built.ids.length !== ENTRIES)
          throw new Error('a rebuilt timeline is not full');
      });
    const rows = (readers: readonly string[]) =>
      p50(readers, (reader) => feed.stores.truth.home(reader, { before: null, limit: ENTRIES }));
    const figures = await interleave(
      {
        hydrate: () => p50(hydrated, (reader) => bareHydrate(town.postgres.pool, reader, ids.get(reader)!)),
        ...Object.fromEntries(
          SIZES.flatMap(({ followees }) => {
            const readers = town.readers.get(followees)!;
            return [
              [`rebuild${followees}`, () => rebuild(readers)],
              [`rows${followees}`, () => rows(readers)],
            ];
          }),
        ),
      } as Record<string, () => Promise<number>>,
      { rounds: bench.rounds },
    );
    const hydrate = figures.hydrate!;
    return SIZES.flatMap(({ followees, goal }) => {
      const name = `p50 of rebuilding 400 entries, ${followees} followees`;
      const rebuilds = figures[`rebuild${followees}`]!;
      return [
        judged('P11', `${name} / one bare hydrate`, ratio(rebuilds, hydrate), 'x', goal),
        judged('latency', name, median(rebuilds), 'ms', null),
        judged('latency', `${name}, the rows alone`, median(figures[`rows${followees}`]!), 'ms', null),
      ];
    });
  },
};
