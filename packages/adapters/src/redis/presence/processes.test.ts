import { createPresenceTracker, type PresenceStore } from '@socialkit/chat';
import { createIds, type Id, silentLogger, systemClock } from '@socialkit/core';
import { type RedisServer, startProgram, startRedis, startRedisCluster } from '@socialkit/test-services';
import { describeOwnRedis } from '@socialkit/test-services/vitest';
import { Redis } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { openRedisLink, type RedisLink } from '../connection.js';
import { createRedisPresence } from './presence.js';

type Endpoint = { readonly url: string } | { readonly nodes: readonly string[] };

/** A tenth of the default times: the same code, sooner. */
const TIMES = { leaseMs: 1500, renewMs: 500, entryMs: 60_000, refreshMs: 24_000, graceMs: 200 };
const PATIENCE = { timeout: 60_000, interval: 50 };

const ids = createIds({ clock: systemClock, node: 9 });
const people = (count: number): Id[] => Array.from({ length: count }, () => ids.next());

interface Stage {
  readonly link: RedisLink;
  readonly store: PresenceStore;
  readonly tracker: ReturnType<typeof createPresenceTracker>;
  /** How often each account was said to have changed, by this process. */
  readonly told: Map<Id, number>;
  node(users: readonly Id[], clockShiftMs?: number): ReturnType<typeof startProgram>;
  online(users: readonly Id[], count: number): Promise<void>;
}

/** A node of its own in this process, which finds out what becomes of the others. */
async function onStage(endpoint: Endpoint, play: (stage: Stage) => Promise<void>): Promise<void> {
  const link = openRedisLink('realtime', { ...endpoint, deadlineMs: 2000, checkSlots: true });
  const store = createRedisPresence({ link }, TIMES);
  const told = new Map<Id, number>();
  const tracker = createPresenceTracker(
    {
      store,
      changed: (userIds) => {
        for (const userId of userIds) told.set(userId, (told.get(userId) ?? 0) + 1);
      },
      seen: async () => {},
      clock: systemClock,
      logger: silentLogger,
    },
    TIMES,
  );
  tracker.start();
  const programs: ReturnType<typeof startProgram>[] = [];
  try {
    await play({
      link,
      store,
      tracker,
      told,
      node(users, clockShiftMs = 0) {
        const program = startProgram(new URL('./node.program.ts', import.meta.url), {
          args: [
            JSON.stringify({
              endpoint: { ...endpoint, deadlineMs: 2000 },
              users,
              times: TIMES,
              clockShiftMs,
            }),
          ],
        });
        programs.push(program);
        return program;
      },
      online: (users, count) =>
        vi.waitFor(async () => expect((await store.devices(users)).size).toBe(count), PATIENCE),
    });
  } finally {
    for (const program of programs) await program.kill();
    await tracker.close();
    await store.close();
    await link.close();
  }
}

/** Talks to the server past our own code. */
async function behind<T>({ port }: RedisServer, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ host: '127.0.0.1', port });
  client.on('error', () => {});
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

const keysOf = (redis: RedisServer) => behind(redis, (client) => client.keys('*'));

describeOwnRedis('presence of several processes', () => {
  it('ends with a process that is killed: offline, each told once, nothing left', async () => {
    await using redis = await startRedis();
    await onStage(redis, async ({ node, online, told, tracker, store }) => {
      const users = people(250);
      const both = users[0] as Id;
      tracker.connected({ connectionId: 'here', userId: both, device: 'mobile' });
      const program = node(users);
      await online(users, 250);
      told.clear();
      await program.kill();
      await online(users, 1);
      await vi.waitFor(() => expect(told.size).toBe(249), PATIENCE);
      expect([...told.values()].every((times) => times === 1)).toBe(true);
      expect(told.has(both)).toBe(false);
      expect((await store.devices([both])).get(both)).toEqual([{ device: 'mobile', state: 'online' }]);
      // Two of nodes, one index and one account of this process.
      await vi.waitFor(async () => expect(await keysOf(redis)).toHaveLength(4), PATIENCE);
    });
  });

  it('ends at once with a process that stops, and says so itself', async () => {
    await using redis = await startRedis();
    await onStage(redis, async ({ node, online, told }) => {
      const users = people(120);
      const program = node(users);
      await online(users, 120);
      const heard = new Set<Id>();
      while (heard.size < 120)
        for (const userId of (await program.receive<{ changed: Id[] }>()).changed) heard.add(userId);
      program.send('stop');
      const gone = new Set<Id>();
      while (gone.size < 120)
        for (const userId of (await program.receive<{ changed: Id[] }>()).changed) gone.add(userId);
      expect(await program.ended).toEqual({ code: 0, signal: null });
      await online(users, 0);
      expect(told.size).toBe(0);
    });
  });

  it('is there again after Redis was emptied, and after it was restarted empty', async () => {
    await using redis = await startRedis();
    await onStage(redis, async ({ node, online, tracker }) => {
      const [far, here] = [people(200), people(200)];
      const program = node(far);
      for (const userId of here) tracker.connected({ connectionId: userId, userId, device: 'desktop' });
      await online([...far, ...here], 400);
      await behind(redis, (client) => client.flushall());
      await online([...far, ...here], 400);
      await redis.kill();
      for (const userId of here.slice(100)) tracker.disconnected(userId);
      await redis.restart();
      await online([...far, ...here], 300);
      await program.kill();
      await online([...far, ...here], 100);
    });
  });

  it('does not care what time a process thinks it is', async () => {
    await using redis = await startRedis();
    await onStage(redis, async ({ node, online }) => {
      const [ahead, behindTime] = [people(20), people(20)];
      node(ahead, 3 * 3_600_000);
      node(behindTime, -3 * 3_600_000);
      await online([...ahead, ...behindTime], 40);
      // Longer than a lease, in renewals of the other nodes.
      const before = await behind(redis, (client) =>
        client.zrange('sk:ps:{nodes}:leases', '0', '-1', 'WITHSCORES'),
      );
      await vi.waitFor(async () => {
        const now = await behind(redis, (client) =>
          client.zrange('sk:ps:{nodes}:leases', '0', '-1', 'WITHSCORES'),
        );
        expect(now.filter((_, i) => i % 2 === 0)).toEqual(before.filter((_, i) => i % 2 === 0));
        for (let i = 1; i < now.length; i += 2)
          expect(Number(now[i]) - Number(before[i])).toBeGreaterThan(2 * TIMES.leaseMs);
      }, PATIENCE);
      await online([...ahead, ...behindTime], 40);
    });
  });

  it('leaves nothing behind after a thousand connections came and went', async () => {
    await using redis = await startRedis();
    await onStage(redis, async ({ tracker, told }) => {
      await vi.waitFor(async () => expect(await keysOf(redis)).toHaveLength(2), PATIENCE);
      const users = people(1000);
      for (const userId of users) {
        tracker.connected({ connectionId: userId, userId, device: 'web' });
        if (Number(userId.slice(-1)) % 2) await new Promise((resolve) => setImmediate(resolve));
        tracker.disconnected(userId);
      }
      await vi.waitFor(async () => expect(await keysOf(redis)).toHaveLength(2), PATIENCE);
      expect(tracker.size).toBe(0);
      expect(told.size).toBeLessThanOrEqual(1000);
    });
  });

  it('is there again after a node of the Cluster lost what it had', async () => {
    await using cluster = await startRedisCluster();
    await onStage(cluster, async ({ node, online, tracker }) => {
      const [far, here] = [people(150), people(150)];
      node(far);
      for (const userId of here) tracker.connected({ connectionId: userId, userId, device: 'desktop' });
      await online([...far, ...here], 300);
      for (const server of cluster.servers) {
        await behind(server, (client) => client.flushall());
        await online([...far, ...here], 300);
      }
    });
  });
});
