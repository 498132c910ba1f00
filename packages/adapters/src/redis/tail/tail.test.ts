import { tailSuite } from '@socialkit/core/testing';
import { startRedis } from '@socialkit/test-services';
import { describeOwnRedis, describeRedis, describeRedisCluster } from '@socialkit/test-services/vitest';
import { expect, it, vi } from 'vitest';
import { openRedis } from '../connection.js';
import { slotOf } from '../slots.js';
import { createRedisTransport } from '../transport.js';
import { PARTITIONS, partitionOf, partitionTags } from './partitions.js';
import { createRedisTail } from './tail.js';

type Endpoint = { readonly url: string } | { readonly nodes: readonly string[] };
let opened = 0;

const open = async (endpoint: Endpoint, prefix: string) => {
  const own = `${prefix}${opened++}:`;
  const node = () => {
    const links = openRedis({ ...endpoint, prefix: own, deadlineMs: 5000, checkSlots: true });
    const transport = createRedisTransport({ link: links.realtime });
    const tail = createRedisTail({ link: links.realtime });
    return {
      transport,
      tail,
      close: async () => {
        await tail.close();
        await transport.close();
        await links.close();
      },
    };
  };
  const [a, b] = [node(), node()];
  return { a, b, close: async () => void (await Promise.all([a.close(), b.close()])) };
};

describeRedisCluster('tails on a Redis Cluster', ({ nodes, prefix }) => {
  tailSuite('Redis Cluster', () => open({ nodes }, prefix));
});

describeRedis('tails in Redis', ({ url, prefix }) => {
  tailSuite('Redis', () => open({ url }, prefix));
});

describeOwnRedis('tails when Redis fails', () => {
  it('send what happened meanwhile as soon as it is back', async () => {
    await using server = await startRedis();
    const { a, b, close } = await open(server, 'sk:');
    try {
      const heard = new Set<string>();
      await b.transport.subscribe(b.tail.channelOf('user:1'), (message) => void heard.add(message));
      const append = (offset: number) =>
        a.tail.append({
          epoch: 'e',
          stream: 'user:1',
          entries: [{ offset, message: `m${offset}` }],
          cut: null,
        });
      await append(1);
      await vi.waitFor(() => expect(heard.size).toBe(1));
      await server.kill();
      await append(2);
      await append(3);
      await server.restart();
      const patience = { timeout: 30_000, interval: 50 };
      await vi.waitFor(
        async () => expect(await b.tail.read('e', 'user:1', 1, 3)).toEqual(['m2', 'm3']),
        patience,
      );
      await append(4);
      await vi.waitFor(async () => {
        // Subscriptions come back in their own time; what is sent before is found by the position check.
        await append(4);
        expect(heard.has('m4')).toBe(true);
      }, patience);
    } finally {
      await close();
    }
  }, 60_000);
});

it('spreads partitions evenly over the slots of a Cluster', () => {
  const parts = partitionTags().map((tag) => Math.floor(slotOf(`x{${tag}}y`) / (16_384 / PARTITIONS)));
  expect(parts).toEqual(Array.from({ length: PARTITIONS }, (_, i) => i));
});

it('spreads streams evenly over partitions', () => {
  const filled = new Array<number>(PARTITIONS).fill(0);
  const each = 100;
  for (let n = 0; n < PARTITIONS * each; n++) {
    const partition = partitionOf(`user:${3_500_000_000_000_000_000n + BigInt(n) * 4_194_304n}`);
    filled[partition] = (filled[partition] as number) + 1;
  }
  expect(Math.max(...filled)).toBeLessThan(each * 2);
  expect(Math.min(...filled)).toBeGreaterThan(each / 4);
});
