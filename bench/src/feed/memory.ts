import { createRedisTimelines, openRedisLink } from '@socialkit/adapters/redis';
import { systemClock } from '@socialkit/core';
import { startRedis } from '@socialkit/test-services';
import { Redis } from 'ioredis';
import { inFlight } from '../harness/load.js';
import { atLeast, atMost, judged } from '../harness/metric.js';
import type { Part } from './bench.js';
import { mastodonKey, mastodonScore } from './ceilings/timelines.js';
import { pastIds } from './population.js';

/** Timelines of one measurement; a power of two, so that tables of keys are as full at the start as they can be. */
const TIMELINES = 4096;

const usedMemory = async (redis: Redis): Promise<number> =>
  Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);

/** P4: bytes an entry costs with its share of the key, on a server of its own. */
export const memoryPart: Part = {
  goals: ['P4'],
  title: 'memory per entry',
  async measure(bench) {
    const server = await startRedis();
    const redis = new Redis(server.url);
    const link = openRedisLink('timelines', { url: server.url, deadlineMs: 10_000 });
    const users = pastIds(TIMELINES, Date.now() - 400 * 24 * 60 * 60_000);
    /** Fills an empty server. @returns bytes an entry, everything it uses included */
    const bytes = async (entries: number, fill: () => Promise<unknown>): Promise<number> => {
      await redis.flushall();
      const before = await usedMemory(redis);
      await fill();
      return ((await usedMemory(redis)) - before) / TIMELINES / entries;
    };
    const ours = (entries: number, pushed = 0) =>
      bytes(entries, async () => {
        const timelines = createRedisTimelines(
          { link, clock: systemClock },
          { keep: Math.max(400, entries) },
        );
        const ids = pastIds(entries - pushed, Date.now());
        await inFlight(users, 32, async (user) => {
          const build = bench.stage.ids.next();
          await timelines.begin(user, build);
          await timelines.fill(user, build, ids, true);
        });
        for (let n = 0; n < pushed; n++) await timelines.push(bench.stage.ids.next(), users.join(','));
        await timelines.close();
      });
    const sortedSets = (entries: number) =>
      bytes(entries, async () => {
        const members = pastIds(entries, Date.now()).flatMap((id) => [mastodonScore(id), id]);
        await inFlight(users, 32, (user) => redis.zadd(mastodonKey(user), ...members));
      });
    try {
      // The scripts themselves are not entries.
      await ours(10);
      const list = { 100: await ours(100), 400: await ours(400), 800: await ours(800) };
      const grown = await ours(460, 60);
      const sorted = await sortedSets(400);
      return [
        judged('P4', 'memory per entry, 400 entries', list[400], 'B', atMost(11)),
        judged('P4', 'memory per entry, 800 entries', list[800], 'B', atMost(11)),
        judged('P4', 'memory per entry, 100 entries', list[100], 'B', atMost(13)),
        judged('P4', 'memory per entry, built with 400 and pushed to 460', grown, 'B', null),
        judged('P4', 'density at 400 entries / default sorted set', sorted / list[400], 'x', atLeast(10)),
      ];
    } finally {
      await link.close();
      await redis.quit();
      await server.close();
    }
  },
};
