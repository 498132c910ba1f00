import { setTimeout as delay } from 'node:timers/promises';
import { cacheSuite } from '@socialkit/core/testing';
import { startRedis } from '@socialkit/test-services';
import { describeOwnRedis, describeRedis, describeRedisCluster } from '@socialkit/test-services/vitest';
import { expect, it, vi } from 'vitest';
import { createLruStore } from '../cache/lru.js';
import { createRedisCache } from './cache.js';
import { openRedis } from './connection.js';
import { createRedisTransport } from './transport.js';

type Endpoint = { readonly url: string } | { readonly nodes: readonly string[] };
let opened = 0;

/** One node of a platform: its own connections, its own tier in the process if wanted. */
// A miss for want of time is right, and not what these tests are about: they are patient.
const openNode = (endpoint: Endpoint, prefix: string, tiers: 1 | 2, deadlineMs = 5000) => {
  const links = openRedis({ ...endpoint, prefix, deadlineMs, checkSlots: true });
  const transport = createRedisTransport({ link: links.realtime });
  const cache = createRedisCache({
    link: links.cache,
    transport,
    ...(tiers === 2 ? { local: createLruStore() } : {}),
  });
  return {
    cache,
    links,
    close: async () => {
      await cache.close();
      await transport.close();
      await links.close();
    },
  };
};

const open = async (endpoint: Endpoint, prefix: string, tiers: 1 | 2) => {
  const own = `${prefix}${opened++}:`;
  const nodes = [openNode(endpoint, own, tiers), openNode(endpoint, own, tiers)] as const;
  return {
    a: nodes[0].cache,
    b: nodes[1].cache,
    // Redis expires by its own clock, which cannot be set.
    elapse: async (ms: number) => void (await delay(ms)),
    close: async () => void (await Promise.all(nodes.map((node) => node.close()))),
  };
};

describeRedis('the cache on Redis', ({ url, prefix }) => {
  cacheSuite('Redis alone', () => open({ url }, prefix, 1));
  cacheSuite('Redis and a tier in the process', () => open({ url }, prefix, 2));
});

describeRedisCluster('the cache on a Redis Cluster', ({ nodes, prefix }) => {
  cacheSuite('Redis Cluster alone', () => open({ nodes }, prefix, 1));
  cacheSuite('Redis Cluster and a tier in the process', () => open({ nodes }, prefix, 2));
});

describeOwnRedis('the cache when Redis fails', () => {
  it('misses while Redis is down, pays owed invalidations when it is back, and never throws', async () => {
    await using redis = await startRedis({ persistent: true, settings: { appendfsync: 'always' } });
    const a = openNode(redis, 'sk:', 2);
    const b = openNode(redis, 'sk:', 1);
    try {
      await a.cache.setMany(
        'profile',
        new Map([
          ['1', 'old'],
          ['2', 'kept'],
        ]),
        60_000,
      );
      expect((await b.cache.getMany('profile', ['1'])).get('1')).toBe('old');
      await redis.kill();
      await vi.waitFor(async () => expect((await b.cache.getMany('profile', ['1'])).size).toBe(0));
      expect(await b.cache.fetch('profile', '1', 60_000, async () => 'from the database')).toBe(
        'from the database',
      );
      await a.cache.invalidate('profile', ['1']);
      expect((await a.cache.getMany('profile', ['1'])).size).toBe(0);
      await redis.restart();
      await vi.waitFor(async () => expect((await b.cache.getMany('profile', ['2'])).get('2')).toBe('kept'));
      await vi.waitFor(async () => expect((await b.cache.getMany('profile', ['1'])).size).toBe(0));
    } finally {
      await a.close();
      await b.close();
    }
  });

  it('answers within the deadline while Redis hangs, and at once when that is known', async () => {
    await using redis = await startRedis();
    const node = openNode(redis, 'sk:', 1, 100);
    try {
      await vi.waitFor(async () => {
        await node.cache.setMany('profile', new Map([['1', 'x']]), 60_000);
        expect((await node.cache.getMany('profile', ['1'])).get('1')).toBe('x');
      });
      redis.pause();
      const load = async () => 'loaded';
      for (let i = 0; i < 8; i++) expect(await node.cache.fetch('profile', '1', 60_000, load)).toBe('loaded');
      expect(node.links.cache.available).toBe(false);
      redis.resume();
      await vi.waitFor(async () => expect((await node.cache.getMany('profile', ['1'])).get('1')).toBe('x'));
    } finally {
      await node.close();
    }
  });
});
