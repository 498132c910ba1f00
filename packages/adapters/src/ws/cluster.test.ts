import { describePostgres, describeRedisCluster } from '@socialkit/test-services/vitest';
import { expect, it, vi } from 'vitest';
import type { TestClient } from './test-client.js';
import { openTestNode } from './test-node.js';

const patience = { timeout: 20_000, interval: 20 };
const ACCOUNTS = 12;
const numbers = (client: TestClient) => client.events().map(({ o }) => o);

describePostgres('two nodes on PostgreSQL', (server) => {
  describeRedisCluster('and a Redis Cluster', ({ nodes, prefix }) => {
    it('tell each other at once by sharded channels, and take over whom the other lost, from the tail', async () => {
      const database = await server.createDatabase();
      // No position check helps: what arrives came through the cluster.
      const options = {
        database,
        redis: { nodes, prefix, deadlineMs: 5000 },
        realtime: { checkMs: 3_600_000 },
      };
      const a = await openTestNode({ ...options, migrate: true });
      const b = await openTestNode(options);
      try {
        // Streams in several partitions, so on several masters.
        const ids: string[] = [];
        for (let n = 0; n < ACCOUNTS; n++) ids.push(await a.account(`somebody${n}`));
        const followed = await Promise.all(
          ids.map(async (id) => {
            const s = `user:${id}`;
            const client = await b.client(id);
            const answer = await client.ask({ t: 'sub', streams: [{ s }] });
            const [at] = (answer.t === 'ok' && answer.streams) || [];
            return { id, s, client, epoch: at?.epoch };
          }),
        );
        for (const { id } of followed) await a.tell(id, 3);
        for (const { client } of followed)
          await vi.waitFor(() => expect(numbers(client)).toEqual([1, 2, 3]), patience);
        expect(b.gateway.stats().hub).toMatchObject({ missed: 0, lag: { count: 3 * ACCOUNTS } });
        for (const { id, client } of followed) {
          client.ws.terminate();
          await a.tell(id, 2);
        }
        const before = b.gateway.stats().hub.resumes;
        await Promise.all(
          followed.map(async ({ id, s, epoch }) => {
            const again = await b.client(id, [{ s, epoch, offset: 3 }]);
            await vi.waitFor(() => expect(numbers(again)).toEqual([4, 5]), patience);
            again.ws.terminate();
          }),
        );
        const { tail, source, reset } = b.gateway.stats().hub.resumes;
        expect({ tail: tail - before.tail, source, reset }).toEqual({ tail: ACCOUNTS, source: 0, reset: 0 });
      } finally {
        await Promise.all([a.close(), b.close()]);
      }
    });
  });
});
