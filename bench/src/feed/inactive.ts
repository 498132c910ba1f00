import { secondsOf } from '../harness/load.js';
import { atMost, judged } from '../harness/metric.js';
import { interleave, ratio } from '../harness/rounds.js';
import type { Part } from './bench.js';
import { type Author, openCrowd } from './crowd.js';
import { deliverAll, openFanOut } from './delivery.js';

/** P6: what a follower costs who has no timeline. */
export const inactivePart: Part = {
  goals: ['P6'],
  title: 'inactive followers',
  async measure(bench) {
    const { stage, rounds } = bench;
    const crowd = await openCrowd(bench);
    const fanOut = openFanOut({ postgres: stage.postgres, stage }, crowd.timelines);
    const busy = crowd.authors.get(100_000)!;
    const quiet = crowd.quietAuthors;
    const pages = new Map<Author, readonly string[]>();
    for (const author of [...busy, ...quiet]) {
      const followers = [...author.followers].sort();
      const texts: string[] = [];
      for (let at = 0; at < followers.length; at += 5000)
        texts.push(followers.slice(at, at + 5000).join(','));
      pages.set(author, texts);
    }
    /** Microseconds a follower. */
    const step = async (authors: readonly Author[]) => {
      const seconds = await secondsOf(async () => {
        for (const author of authors) {
          const postId = stage.ids.next();
          for (const page of pages.get(author)!) await crowd.timelines.push(postId, page);
        }
      });
      return (seconds * 1e6) / authors.reduce((sum, { followers }) => sum + followers.length, 0);
    };
    const figures = await interleave(
      {
        stepBusy: () => step(busy),
        stepQuiet: () => step(quiet),
        busy: async () => 1e6 / (await deliverAll(fanOut, stage, busy, 2)),
        quiet: async () => 1e6 / (await deliverAll(fanOut, stage, quiet, 2)),
      },
      { rounds },
    );
    const name = 'cost per follower, 80 % of 100k inactive / all active';
    return [
      judged('P6', `${name}, ids in memory`, ratio(figures.stepQuiet, figures.stepBusy), 'x', atMost(0.3)),
      judged('P6', `${name}, end to end`, ratio(figures.quiet, figures.busy), 'x', atMost(0.3)),
    ];
  },
};
