import { createRedisTimelines, openRedisLink } from '@socialkit/adapters/redis';
import { systemClock } from '@socialkit/core';
import { closedLoop } from '../harness/load.js';
import { atLeast, judged } from '../harness/metric.js';
import { interleave, median, ratio } from '../harness/rounds.js';
import type { Part } from './bench.js';
import { readEverything } from './ceilings/pages.js';
import { listKey } from './ceilings/timelines.js';
import { fillTimelines } from './crowd.js';
import { fillKeys, pastIds } from './population.js';

const READERS = 2000;
/** As long as the lists of those who read everything. */
const ENTRIES = 800;
const PAGE = 20;
/** What a page of 20 asks its timeline for: one more says whether there is a next page. */
const ASKED = PAGE + 1;
const CONCURRENCY = 32;
const SECONDS = 0.7;
/** The entry before which page 35 begins. */
const DEEP = 34 * PAGE - 1;

/** P7: the ids of one page, against reading the whole list as Misskey does. */
export const pagesPart: Part = {
  goals: ['P7'],
  title: 'ids of a page',
  async measure(bench) {
    const { stage, rounds } = bench;
    const link = openRedisLink('timelines', {
      url: stage.redisServer.url,
      prefix: 'long:',
      deadlineMs: 10_000,
    });
    const timelines = createRedisTimelines({ link, clock: systemClock }, { keep: ENTRIES });
    const now = Date.now();
    const users = pastIds(READERS, now - 400 * 24 * 60 * 60_000);
    const ids = pastIds(ENTRIES, now);
    await fillTimelines(bench, timelines, users, () => ids);
    await fillKeys(
      stage.redis,
      users.map((user) => listKey(user)),
      ENTRIES,
      (template) => stage.redis.rpush(template, ...ids.toReversed()),
    );
    const before = ids[DEEP]!;
    const perSecond = async (read: (user: string) => Promise<{ readonly length: number }>) => {
      const { perSecond: speed } = await closedLoop(SECONDS, CONCURRENCY, async (n) => {
        const page = await read(users[(n * 7) % users.length]!);
        if (page.length < PAGE) throw new Error('a page is not full');
      });
      return speed;
    };
    const ours = async (user: string, from: string | null) =>
      (await timelines.read(user, { before: from, limit: ASKED }))!.ids.slice(0, PAGE);
    const figures = await interleave(
      {
        first: () => perSecond((user) => ours(user, null)),
        firstAll: () => perSecond((user) => readEverything(stage.redis, listKey(user), null, PAGE)),
        deep: () => perSecond((user) => ours(user, before)),
        deepAll: () => perSecond((user) => readEverything(stage.redis, listKey(user), before, PAGE)),
      },
      { rounds },
    );
    await link.close();
    const name = `of ${ENTRIES} entries / reading everything and sorting`;
    return [
      judged('P7', `ids of the first page ${name}`, ratio(figures.first, figures.firstAll), 'x', atLeast(8)),
      judged('P7', `ids of page 35 by cursor ${name}`, ratio(figures.deep, figures.deepAll), 'x', atLeast(4)),
      judged('speed', 'ids of the first page, ours', median(figures.first), '1/s', null),
      judged('speed', 'ids of page 35, ours', median(figures.deep), '1/s', null),
    ];
  },
};
