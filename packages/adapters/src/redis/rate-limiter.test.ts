import { createFakeClock, type Logger, silentLogger } from '@socialkit/core';
import { rateLimiterSuite } from '@socialkit/core/testing';
import { startRedis } from '@socialkit/test-services';
import { describeOwnRedis, describeRedis, describeRedisCluster } from '@socialkit/test-services/vitest';
import { expect, it, vi } from 'vitest';
import { openRedis } from './connection.js';
import { createRedisRateLimiter } from './rate-limiter.js';

type Endpoint = { readonly url: string } | { readonly nodes: readonly string[] };
let opened = 0;

const open = async (endpoint: Endpoint, prefix: string) => {
  const clock = createFakeClock();
  const own = `${prefix}${opened++}:`;
  const links = [0, 1].map(() => openRedis({ ...endpoint, prefix: own, deadlineMs: 5000 }));
  const [a, b] = links.map((link) => createRedisRateLimiter({ link: link.limits }, { clock }));
  return {
    a: a!,
    b: b!,
    elapse: (ms: number) => clock.advance(ms),
    close: async () => {
      await a!.close();
      await b!.close();
      for (const link of links) await link.close();
    },
  };
};

describeRedis('rate limits on Redis', ({ url, prefix }) => {
  rateLimiterSuite('Redis', () => open({ url }, prefix));

  it('counts by the clock of Redis when none is given, and leaves nothing behind for ever', async () => {
    const links = openRedis({ url, prefix: `${prefix}time:`, deadlineMs: 5000 });
    const limiter = createRedisRateLimiter({ link: links.limits });
    try {
      const rule = { name: 'short', limit: 2, windowMs: 3000 };
      const allowed = async () => (await limiter.consume([{ rule, key: 'u:1' }]))[0]!.allowed;
      expect([await allowed(), await allowed(), await allowed()]).toEqual([true, true, false]);
      await vi.waitFor(async () => expect(await allowed()).toBe(true), { interval: 50 });
      await vi.waitFor(
        async () => {
          expect(
            await links.limits.run((client) => client.exists(links.limits.key('rl:{u%3A1}:short'))),
          ).toBe(0);
        },
        { interval: 50 },
      );
    } finally {
      await links.close();
    }
  });
});

describeRedisCluster('rate limits on a Redis Cluster', ({ nodes, prefix }) => {
  rateLimiterSuite('Redis Cluster', () => open({ nodes }, prefix));
});

describeOwnRedis('rate limits when Redis fails', () => {
  it('are local and stricter while Redis is down, never none, and shared again afterwards', async () => {
    await using redis = await startRedis();
    const warned: string[] = [];
    const logger: Logger = {
      ...silentLogger,
      warn: (_, message) => void warned.push(message),
      child: () => logger,
    };
    const links = openRedis({ url: redis.url, deadlineMs: 5000 });
    const limiter = createRedisRateLimiter({ link: links.limits, logger });
    try {
      const rule = { name: 'eight', limit: 8, windowMs: 60_000 };
      const take = async () => (await limiter.consume([{ rule, key: 'u:1' }]))[0]!;
      expect(await take()).toMatchObject({ allowed: true, limit: 8, remaining: 7 });
      await redis.kill();
      await vi.waitFor(async () => expect((await take()).limit).toBe(2));
      let allowed = 1;
      for (let i = 0; i < 10; i++) if ((await take()).allowed) allowed++;
      expect(allowed).toBeLessThanOrEqual(2);
      expect((await take()).allowed).toBe(false);
      expect(warned).toHaveLength(1);
      await redis.restart();
      await vi.waitFor(async () => expect(await take()).toMatchObject({ allowed: true, limit: 8 }));
    } finally {
      await limiter.close();
      await links.close();
    }
  });
});
