import { createFakeClock, createIds } from '@socialkit/core';
import { describeRedis, describeRedisCluster } from '@socialkit/test-services/vitest';
import { expect, it } from 'vitest';
import { openRedisLink } from '../connection.js';
import { stampAt } from './head.js';
import { createTimelineKeys } from './keys.js';
import { createSweeper } from './sweeper.js';
import { createRedisTimelines } from './timelines.js';

const DAY_MS = 24 * 60 * 60_000;

async function sweeps(
  endpoint: { readonly url: string } | { readonly nodes: readonly string[] },
  prefix: string,
) {
  const clock = createFakeClock();
  const ids = createIds({ clock, node: 3 });
  const link = openRedisLink('timelines', { ...endpoint, prefix: `${prefix}sweep:`, deadlineMs: 5000 });
  const timelines = createRedisTimelines({ link, clock }, { ttlMs: DAY_MS });
  const sweeper = createSweeper({
    link,
    keys: createTimelineKeys(link),
    stampNow: () => stampAt(clock.now(), DAY_MS),
  });
  try {
    const users = Array.from({ length: 60 }, () => ids.next());
    for (const user of users) {
      const build = ids.next();
      await timelines.begin(user, build);
      await timelines.fill(user, build, [], true);
    }
    const building = ids.next();
    await timelines.begin(building, ids.next());
    const [busy = ''] = users;
    clock.advance(DAY_MS * 0.6);
    await timelines.read(busy, { before: null, limit: 1 });
    expect(await sweeper.sweep()).toBe(0);
    clock.advance(DAY_MS * 0.6);
    // The other readers have been away for longer than a day; nobody looked at their timelines.
    expect(await timelines.push(ids.next(), users.join(','))).toBe(60);
    expect(await sweeper.sweep()).toBe(59);
    expect(await timelines.push(ids.next(), users.join(','))).toBe(1);
    expect((await timelines.read(busy, { before: null, limit: 5 }))?.ids).toHaveLength(2);
    expect(await sweeper.sweep()).toBe(0);
  } finally {
    await sweeper.close();
    await timelines.drop([]);
    await timelines.close();
    await link.close();
  }
}

describeRedis('sweeping timelines on Redis', ({ url, prefix }) => {
  it('removes what nobody has read for the time to live, and nothing else', () => sweeps({ url }, prefix));
});

describeRedisCluster('sweeping timelines on a Redis Cluster', ({ nodes, prefix }) => {
  it('removes what nobody has read for the time to live, and nothing else', () => sweeps({ nodes }, prefix));
});
