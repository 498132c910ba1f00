import type { Id } from '@socialkit/core';
import { type FeedWorld, openFeedWorld, openMemoryGround } from '@socialkit/feed/testing';
import { type RedisServer, startRedis, startRedisCluster } from '@socialkit/test-services';
import { describeOwnRedis } from '@socialkit/test-services/vitest';
import { Redis } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { openRedisLink } from '../connection.js';
import { createRedisTimelines } from './timelines.js';

type Person = Awaited<ReturnType<FeedWorld['join']>>;

interface Stage {
  readonly world: FeedWorld;
  readonly author: Person;
  /** What stands in everybody's home, newest first. */
  readonly written: Id[];
  /** Whether timelines are read and written. */
  working(): Promise<boolean>;
  publish(count?: number): Promise<void>;
  /** Everybody's home is what was written. */
  check(): Promise<void>;
}

async function onStage(
  endpoint: { readonly url: string } | { readonly nodes: readonly string[] },
  play: (stage: Stage) => Promise<void>,
  // A deadline missed on a busy machine is no fault of Redis, and not what most of these tests are about.
  deadlineMs = 5000,
): Promise<void> {
  const ground = openMemoryGround();
  const link = openRedisLink('timelines', { ...endpoint, prefix: 'sk:', deadlineMs });
  const timelines = createRedisTimelines({ link, clock: ground.clock });
  const world = await openFeedWorld(ground, {}, { timelines });
  try {
    const author = await world.join();
    const readers: Person[] = [];
    for (let i = 0; i < 8; i++) {
      const reader = await world.join();
      await world.graph.follow(reader, { userId: author.id });
      readers.push(reader);
    }
    await world.idle();
    const written: Id[] = [];
    const stage: Stage = {
      world,
      author,
      written,
      working: () =>
        timelines.read(author.id, { before: null, limit: 1 }).then(
          () => true,
          () => false,
        ),
      async publish(count = 1) {
        for (let i = 0; i < count; i++) {
          // Builds that begin later are not distrusted for what was missed before.
          ground.clock.advance(10_000);
          written.unshift(await world.write(author));
        }
        await world.idle();
      },
      async check() {
        for (const reader of readers) expect(await world.home(reader)).toEqual(written);
      },
    };
    await stage.publish(5);
    await stage.check();
    await play(stage);
  } finally {
    await world.close();
    await timelines.close();
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

const timelinesIn = (redis: RedisServer) =>
  behind(redis, async (client) => (await client.keys('sk:tl:*')).length);

describeOwnRedis('feeds when Redis fails', () => {
  it('lose nothing when Redis is emptied', async () => {
    await using redis = await startRedis();
    await onStage(redis, async ({ publish, check }) => {
      expect(await timelinesIn(redis)).toBe(8);
      await behind(redis, (client) => client.flushall());
      await check();
      expect(await timelinesIn(redis)).toBe(8);
      await behind(redis, (client) => client.flushall());
      await publish();
      await check();
      await publish();
      await check();
    });
  });

  it('lose nothing when Redis is killed, and come back when it does', async () => {
    await using redis = await startRedis();
    await onStage(redis, async ({ publish, check, working }) => {
      await redis.kill();
      await check();
      await publish(3);
      await check();
      await redis.restart();
      await vi.waitFor(async () => expect(await working()).toBe(true));
      await check();
      await publish(2);
      await check();
      await check();
      expect(await timelinesIn(redis)).toBe(8);
    });
  });

  it('do not take old copies for the truth when Redis brings them back', async () => {
    await using redis = await startRedis();
    await onStage(redis, async ({ publish, check, working }) => {
      await behind(redis, (client) => client.save());
      await publish(3);
      await redis.restart();
      await vi.waitFor(async () => expect(await working()).toBe(true));
      expect(await timelinesIn(redis)).toBe(8);
      await check();
      await publish(2);
      await check();
    });
  });

  it('answer within the deadline while Redis hangs, and are right the moment it goes on', async () => {
    await using redis = await startRedis();
    const play = async ({ publish, check, world }: Stage) => {
      redis.pause();
      await check();
      await publish(2);
      await check();
      redis.resume();
      await check();
      world.ground.clock.advance(10_000);
      await check();
      await publish(2);
      await check();
    };
    await onStage(redis, play, 250);
  });

  it('lose nothing when Redis has no room', async () => {
    await using redis = await startRedis();
    await onStage(redis, async ({ publish, check }) => {
      await behind(redis, (client) => client.config('SET', 'maxmemory', '1mb'));
      await behind(redis, (client) => client.config('SET', 'maxmemory-policy', 'noeviction'));
      await publish(2);
      await check();
      await behind(redis, (client) => client.config('SET', 'maxmemory', '0'));
      await publish(2);
      await check();
    });
  });

  it('lose nothing when nodes of a Cluster are killed and come back empty', async () => {
    const cluster = await startRedisCluster();
    try {
      await onStage(
        { nodes: cluster.nodes },
        async ({ publish, check }) => {
          const [node] = cluster.servers;
          await node?.kill();
          await check();
          await publish(2);
          await check();
          await node?.restart();
          await check();
          await publish(2);
          await check();
        },
        1000,
      );
    } finally {
      await cluster.close();
    }
  });
});
