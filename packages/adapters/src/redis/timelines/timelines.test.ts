import { createFakeClock, createIds } from '@socialkit/core';
import { timelineSuite } from '@socialkit/feed/testing';
import { describeRedis, describeRedisCluster } from '@socialkit/test-services/vitest';
import type { Cluster, Redis } from 'ioredis';
import { openRedisLink, type RedisLink } from '../connection.js';
import { createRedisTimelines, type RedisTimelineOptions } from './timelines.js';

type Endpoint = { readonly url: string } | { readonly nodes: readonly string[] };
let opened = 0;

/** Redis expires by its own clock, which cannot be set: what is left of each key's life is shortened instead. */
async function shorten(link: RedisLink, ms: number): Promise<void> {
  await link.run(async (client) => {
    const nodes = link.cluster ? (client as Cluster).nodes('master') : [client as Redis];
    for (const node of nodes)
      for (const key of await node.keys(`${link.prefix}*`)) {
        const left = await node.pttl(key);
        if (left > 0) await node.pexpire(key, Math.round(left - ms));
      }
  });
}

const open = (endpoint: Endpoint, prefix: string) => async (options: RedisTimelineOptions) => {
  const own = `${prefix}${opened++}:`;
  const clock = createFakeClock();
  const links = [0, 1].map(() =>
    openRedisLink('timelines', { ...endpoint, prefix: own, deadlineMs: 5000 }),
  ) as [RedisLink, RedisLink];
  const [a, b] = links.map((link) => createRedisTimelines({ link, clock }, { ...options, keysPerCall: 7 }));
  return {
    a: a as NonNullable<typeof a>,
    b: b as NonNullable<typeof b>,
    ids: createIds({ clock, node: 3 }),
    elapse: async (ms: number) => {
      clock.advance(ms);
      await shorten(links[0], ms);
    },
    close: async () => {
      await Promise.all([a?.close(), b?.close(), ...links.map((link) => link.close())]);
    },
  };
};

describeRedis('timelines on Redis', ({ url, prefix }) => {
  timelineSuite('Redis', open({ url }, prefix));
});

describeRedisCluster('timelines on a Redis Cluster', ({ nodes, prefix }) => {
  timelineSuite('Redis Cluster', open({ nodes }, prefix));
});
