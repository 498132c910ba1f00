import { type FeedGround, feedWorldsSuite, openMemoryGround } from '@socialkit/feed/testing';
import { describeRedis, describeRedisCluster } from '@socialkit/test-services/vitest';
import type { Cluster, Redis } from 'ioredis';
import { openRedisLink, type RedisLink } from '../connection.js';
import { createRedisTimelines } from './timelines.js';

type Endpoint = { readonly url: string } | { readonly nodes: readonly string[] };

const SHORT = { keep: 8, slack: 3, keysPerCall: 3 };
const options = { timelineLength: 8, outboxDepth: 4, maxMerged: 3 } as const;
const links = new WeakMap<FeedGround, RedisLink>();
let opened = 0;

async function wipe(link: RedisLink): Promise<void> {
  await link.run(async (client) => {
    const nodes = link.cluster ? (client as Cluster).nodes('master') : [client as Redis];
    for (const node of nodes) for (const key of await node.keys(`${link.prefix}*`)) await node.unlink(key);
  });
}

const variant = (name: string, endpoint: Endpoint, prefix: string, rule: 'default' | 'push') => ({
  name: `${name}, ${rule}`,
  open: async () => openMemoryGround(),
  options: { ...options, rule },
  over: async (ground: FeedGround) => {
    const link = openRedisLink('timelines', {
      ...endpoint,
      prefix: `${prefix}${opened++}:`,
      deadlineMs: 5000,
    });
    links.set(ground, link);
    const timelines = createRedisTimelines({ link, clock: ground.clock }, SHORT);
    return {
      timelines: {
        ...timelines,
        close: async () => {
          await timelines.close();
          await link.close();
        },
      },
    };
  },
  flush: async (ground: FeedGround) => {
    const link = links.get(ground);
    if (link) await wipe(link);
  },
});

describeRedis('feeds with timelines on Redis', ({ url, prefix }) => {
  feedWorldsSuite(variant('Redis', { url }, prefix, 'default'), 40);
  feedWorldsSuite(variant('Redis', { url }, prefix, 'push'), 20);
});

describeRedisCluster('feeds with timelines on a Redis Cluster', ({ nodes, prefix }) => {
  feedWorldsSuite(variant('Redis Cluster', { nodes }, prefix, 'default'), 15);
});
