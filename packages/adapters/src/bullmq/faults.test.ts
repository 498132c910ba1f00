import { createIds, noTracer, silentLogger, systemClock } from '@socialkit/core';
import { type RedisServer, startRedis } from '@socialkit/test-services';
import { describeOwnRedis } from '@socialkit/test-services/vitest';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createMemoryStorage } from '../memory/storage.js';
import { openRedisLink } from '../redis/connection.js';
import type { Storage } from '../storage.js';
import { type BullmqOptions, createBullmqJobQueue } from './job-queue.js';

const JOBS = 400;

describeOwnRedis('jobs through BullMQ while Redis fails', () => {
  let server: RedisServer;
  let redis: Redis;
  let storage: Storage;
  let runs: Map<number, number>;
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url, { retryStrategy: () => 50 });
    redis.on('error', () => {});
  });
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });
  beforeEach(() => {
    storage = createMemoryStorage({ clock: systemClock, ids: createIds({ clock: systemClock, node: 0 }) });
    runs = new Map();
  });
  afterEach(async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close();
    await redis.flushall();
  });

  const open = (options: BullmqOptions = {}) => {
    const link = openRedisLink('jobs', { url: server.url });
    const queue = createBullmqJobQueue(
      { store: storage.jobs, clock: systemClock, logger: silentLogger, tracer: noTracer, link },
      // Longer than a window takes on a busy machine: a lease that ends before its job is reached has it handed over in vain.
      { handOverLeaseMs: 4000, pollMs: 50, window: 100, ...options },
    );
    closers.push(() => queue.close());
    queue.work(
      'q',
      async ([job]) => {
        await new Promise((resolve) => setTimeout(resolve, 2));
        const n = Number(job?.payload);
        runs.set(n, (runs.get(n) ?? 0) + 1);
      },
      { concurrency: 8, leaseMs: 4000 },
    );
    storage.onCommit(() => queue.signal());
    queue.start();
    return queue;
  };
  const enqueueAll = () =>
    storage.unitOfWork.transact(async ({ jobs }) => {
      for (let n = 0; n < JOBS; n++) await jobs.enqueue('q', n);
    });
  const handled = async (count: number) => {
    while (runs.size < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it('loses nothing when Redis forgets everything in the middle, twice', async () => {
    const queue = open();
    await enqueueAll();
    for (const at of [JOBS / 8, JOBS / 3]) {
      await handled(at);
      await redis.flushall();
    }
    expect(await queue.idle(150_000)).toEqual({ due: 0, scheduled: 0, dead: 0 });
    expect(runs.size).toBe(JOBS);
  });

  it('loses nothing when Redis is killed in the middle and comes back empty', async () => {
    const queue = open();
    await enqueueAll();
    await handled(JOBS / 4);
    await server.kill();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.restart();
    expect(await queue.idle(150_000)).toEqual({ due: 0, scheduled: 0, dead: 0 });
    expect(runs.size).toBe(JOBS);
  });

  it('begins to work when Redis comes up after the start', async () => {
    await server.kill();
    const queue = open();
    await enqueueAll();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(runs.size).toBe(0);
    await server.restart();
    expect(await queue.idle(150_000)).toEqual({ due: 0, scheduled: 0, dead: 0 });
    expect(runs.size).toBe(JOBS);
  });

  it('hands over no more than the window, over all processes', async () => {
    const queues = [open({ window: 20 }), open({ window: 20 })];
    let most = 0;
    const watch = setInterval(async () => {
      const [waiting, active] = await Promise.all(
        ['wait', 'active'].map((state) => redis.llen(`sk:{jobs}:q:${state}`)),
      );
      most = Math.max(most, (waiting ?? 0) + (active ?? 0));
    }, 3);
    await enqueueAll();
    for (const queue of queues) await queue.idle(150_000);
    clearInterval(watch);
    expect(most).toBeGreaterThan(0);
    // Two that look at the same moment may both find room.
    expect(most).toBeLessThanOrEqual(40);
    expect(runs.size).toBe(JOBS);
  });
});
