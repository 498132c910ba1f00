import { transportSuite } from '@socialkit/core/testing';
import { startRedis, startRedisCluster } from '@socialkit/test-services';
import { describeOwnRedis, describeRedis, describeRedisCluster } from '@socialkit/test-services/vitest';
import { expect, it, vi } from 'vitest';
import { openRedis } from './connection.js';
import { createRedisTransport } from './transport.js';

type Endpoint = { readonly url: string } | { readonly nodes: readonly string[] };
let opened = 0;

const openNode = (endpoint: Endpoint, prefix: string) => {
  const links = openRedis({ ...endpoint, prefix, deadlineMs: 5000 });
  const transport = createRedisTransport({ link: links.realtime });
  return {
    transport,
    close: async () => {
      await transport.close();
      await links.close();
    },
  };
};

const open = async (endpoint: Endpoint, prefix: string) => {
  const own = `${prefix}${opened++}:`;
  const nodes = [openNode(endpoint, own), openNode(endpoint, own)] as const;
  return {
    a: nodes[0].transport,
    b: nodes[1].transport,
    close: async () => void (await Promise.all(nodes.map((node) => node.close()))),
  };
};

describeRedis('messages over Redis', ({ url, prefix }) => {
  transportSuite('Redis', () => open({ url }, prefix));
});

describeRedisCluster('messages over a Redis Cluster', ({ nodes, prefix }) => {
  transportSuite('Redis Cluster', () => open({ nodes }, prefix));
});

const afterOutage =
  (start: () => Promise<Endpoint & AsyncDisposable & { restart(): Promise<void> }>) => async () => {
    await using server = await start();
    const a = openNode(server, 'sk:');
    const b = openNode(server, 'sk:');
    try {
      const heard: string[] = [];
      const gap = vi.fn();
      b.transport.onGap(gap);
      const channels = Array.from({ length: 30 }, (_, i) => `c.${i}`);
      for (const channel of channels)
        await b.transport.subscribe(channel, (message) => {
          heard.push(message);
        });
      for (const channel of channels) await a.transport.publish(channel, `before ${channel}`);
      await vi.waitFor(() => expect(new Set(heard).size).toBe(30));
      expect(gap).not.toHaveBeenCalled();
      await server.restart();
      // Messages are hints: each is published until it is heard.
      await vi.waitFor(
        async () => {
          for (const channel of channels) await a.transport.publish(channel, `after ${channel}`);
          expect(new Set(heard).size).toBe(60);
        },
        { timeout: 30_000, interval: 250 },
      );
      expect(gap).toHaveBeenCalled();
    } finally {
      await a.close();
      await b.close();
    }
  };

describeOwnRedis('messages when Redis fails', () => {
  it(
    'arrive again after a restart, and tell that some may have been missed',
    afterOutage(() => startRedis()),
  );

  it(
    'arrive again after one node of a Cluster was restarted, and tell that some may have been missed',
    afterOutage(async () => {
      const cluster = await startRedisCluster({ persistent: true });
      return { ...cluster, restart: () => cluster.servers[1]!.restart() };
    }),
  );

  it('still reach the publishing process while Redis is down, also for subscriptions made meanwhile', async () => {
    const redis = await startRedis();
    const node = openNode(redis, 'sk:');
    try {
      const heard: string[] = [];
      await node.transport.subscribe('a', (message) => {
        heard.push(message);
      });
      await redis.kill();
      await node.transport.subscribe('b', (message) => {
        heard.push(message);
      });
      await vi.waitFor(async () => {
        await node.transport.publish('a', 'to a');
        await node.transport.publish('b', 'to b');
        expect(new Set(heard)).toEqual(new Set(['to a', 'to b']));
      });
    } finally {
      await node.close();
      await redis.close();
    }
  });
});
