import { tailSuite } from '@socialkit/core/testing';
import { describeRedis, describeRedisCluster } from '@socialkit/test-services/vitest';
import { expect, it } from 'vitest';
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
    return {
      transport,
      tail: createRedisTail({ link: links.realtime }),
      close: async () => {
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
