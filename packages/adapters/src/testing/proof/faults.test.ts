import { createFakeClock, isSocialError, type SocialError } from '@socialkit/core';
import { type RedisServer, startPostgres, startRedis } from '@socialkit/test-services';
import {
  describeOwnPostgres,
  describeOwnRedis,
  describePostgres,
  describeRedis,
  type PostgresForTests,
} from '@socialkit/test-services/vitest';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSocialKit, type SocialKit } from '../../kit/index.js';
import { migrateServer } from '../../postgres/migrate.js';
import { openMigratedPostgres } from '../postgres-template.js';
import { createDice } from './dice.js';
import { onPostgres } from './kits.js';
import { type OpenKit, playWorld } from './play.js';
import { letTimePass } from './play-posts.js';
import type { Player } from './player.js';
import { inWords } from './prove.js';
import { differencesIn } from './surfaces.js';

/** Prints the seed; `SOCIALKIT_SEED` repeats a run. */
const SEED = Number(process.env.SOCIALKIT_SEED ?? Date.now() % 2 ** 31);
process.stdout.write(`faults: SOCIALKIT_SEED=${SEED}\n`);
const MOVES = 90;

// Whatever breaks outside, nothing escapes into the process.
let escaped: unknown[] = [];
const note = (error: unknown) => void escaped.push(error);
beforeEach(() => {
  escaped = [];
  process.on('unhandledRejection', note).on('uncaughtException', note);
});
afterEach(() => {
  process.off('unhandledRejection', note).off('uncaughtException', note);
  expect(escaped).toEqual([]);
});

const expectTrue = async (player: Player, seed: number, share = 0.4): Promise<void> =>
  expect((await differencesIn(player, seed, { share })).map(inWords)).toEqual([]);
const expectNoneDead = async (kit: SocialKit): Promise<void> =>
  expect(await kit.deadLetters.list(kit.system)).toEqual([]);

/** Delivers every event there ever was to every subscriber once more, in another order. */
async function deliverAllAgain(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SET search_path TO socialkit');
    const { rowCount } = await client.query(`
      INSERT INTO jobs (queue, event_id, payload, run_at, max_attempts)
      SELECT subscriber, id, jsonb_build_object('id', id::text, 'type', e.type, 'version', version,
               'occurredAt', occurred_at, 'actorId', actor_id, 'payload', payload),
             floor(random() * 1000000)::bigint, max_attempts
      FROM events e JOIN event_subscriptions s ON s.type = e.type
      ORDER BY random()`);
    return rowCount ?? 0;
  } finally {
    await client.end();
  }
}

const delivered = (server: PostgresForTests, redis?: Parameters<typeof onPostgres>[1]) => async () => {
  let url = '';
  const watched: PostgresForTests = {
    ...server,
    createDatabase: async (options) => {
      url = await server.createDatabase(options);
      return url;
    },
  };
  const player = await playWorld(onPostgres(watched, redis), { seed: SEED, moves: MOVES });
  try {
    await expectTrue(player, SEED);
    for (let round = 0; round < 2; round++) {
      expect(await deliverAllAgain(url)).toBeGreaterThan(0);
      await player.kit.idle();
    }
    await expectNoneDead(player.kit);
    await expectTrue(player, SEED + 1, 1);
    const drift = await player.kit.counters.reconcile(player.kit.system, { limit: 500 });
    expect(drift.drifted).toEqual([]);
  } finally {
    await player.close();
  }
};

describePostgres('deliveries on PostgreSQL', (server) => {
  it('may come twice and in any order: every read says the same', delivered(server));

  it('are made for posts scheduled across a jump of the clock by months, and no write stops', async () => {
    const player = await playWorld(onPostgres(server), { seed: SEED, moves: MOVES });
    const { kit, world, clock } = player;
    const DAY = 24 * 60 * 60_000;
    try {
      for (const days of [70, 200]) {
        const author = world.accounts.find(({ state }) => state === 'active');
        const reader = world.accounts.find(({ id }) => id !== author?.id);
        if (!author || !reader) throw new RangeError('nobody is active');
        await kit.identity.moderate(kit.system, { userId: reader.id, state: 'active' });
        const publishAt = clock.now() + 5 * 60_000;
        const scheduled = await kit.posts.create(kit.actor(author.id), { text: `later ${days}`, publishAt });
        clock.advance(days * DAY);
        await kit.idle();
        const found = await kit.posts.get(kit.actor(author.id), { postId: scheduled.id });
        expect(found).toMatchObject({ status: 'published', text: `later ${days}` });
        expect(BigInt(found.id)).toBeGreaterThan(BigInt(scheduled.id));
        const post = await kit.posts.create(kit.actor(author.id), { text: `right after ${days} days` });
        await kit.comments.create(kit.actor(author.id), { postId: post.id, text: 'and a comment' });
        await kit.reactions.addToPost(kit.actor(author.id), { postId: post.id });
        await kit.idle();
        const home = await kit.feed.home(kit.actor(author.id), { limit: 2 });
        expect(home.items.map(({ text }) => text)).toEqual([`right after ${days} days`, `later ${days}`]);
      }
      await expectNoneDead(kit);
    } finally {
      await player.close();
    }
  });

  describeRedis('and Redis', (redis) => {
    it('may come twice and in any order: every read says the same', delivered(server, redis));
  });
});

describePostgres('a kit whose Redis fails', (server) => {
  describeOwnRedis('under it', () => {
    const flush = async (redis: RedisServer) => {
      const client = new Redis(redis.url, { lazyConnect: true, maxRetriesPerRequest: 1 });
      client.on('error', () => {});
      await client.flushall().catch(() => {});
      client.disconnect();
    };

    it('loses no write and shows no wrong page', async () => {
      await using redis = await startRedis();
      const open: OpenKit = async (options) => {
        const database = await openMigratedPostgres(server);
        const kit = await createSocialKit({
          ...options,
          database: { url: database.url, connectionTimeoutMs: 20_000, statementTimeoutMs: 20_000 },
          redis: { url: redis.url, deadlineMs: 100 },
        });
        const close = async () => {
          await kit.close();
          await database.close();
        };
        return { kit, close };
      };
      const chance = createDice(SEED);
      let down = false;
      const faults: string[] = [];
      const strike = async () => {
        if (!chance.chance(0.2)) return;
        if (down) {
          await redis.restart();
          down = false;
          faults.push('started');
          return;
        }
        const fault = chance.pick(['kill', 'restart', 'flush'] as const);
        faults.push(fault);
        if (fault === 'flush') return flush(redis);
        await redis[fault]();
        down = fault === 'kill';
      };
      const player = await playWorld(open, { seed: SEED, moves: MOVES }, { between: strike });
      const { kit } = player;
      try {
        expect(new Set(faults).size).toBeGreaterThan(1);
        await expectTrue(player, SEED);
        if (!down) await redis.kill();
        expect(await kit.health()).toEqual({ ready: true, database: 'ok', redis: 'down' });
        await expectTrue(player, SEED + 1);
        await letTimePass(player, 60_000);
        await redis.restart();
        await expectTrue(player, SEED + 2);
        await kit.idle();
        await flush(redis);
        await expectTrue(player, SEED + 3);
        await expectNoneDead(kit);
      } finally {
        await player.close();
      }
    }, 600_000);
  });
});

describeOwnPostgres('a kit whose PostgreSQL restarts', () => {
  it('says so with retryable errors, and goes on by itself', async () => {
    await using server = await startPostgres();
    const url = await server.createDatabase();
    await migrateServer({ url }, createFakeClock().now());
    const open: OpenKit = async (options) => {
      const patience = { connectionTimeoutMs: 20_000, statementTimeoutMs: 20_000 };
      const kit = await createSocialKit({ ...options, database: { url, ...patience } });
      return { kit, close: () => kit.close() };
    };
    const player = await playWorld(open, { seed: SEED, moves: 50 });
    const { kit } = player;
    try {
      const { id } = await kit.identity.register(kit.system, { externalId: 'stream', handle: 'streamer' });
      const errors: unknown[] = [];
      let on = true;
      let done = 0;
      // Drafts of somebody who is not of the world: nobody else's reads change.
      const stream = Array.from({ length: 4 }, async () => {
        while (on) {
          const call =
            done % 2 === 0 ? kit.posts.create(kit.actor(id), { text: 'a note', draft: true }) : null;
          await (call ?? kit.feed.explore(kit.actor(id), {})).then(
            () => done++,
            async (error) => {
              errors.push(error);
              await new Promise((resolve) => setTimeout(resolve, 20));
            },
          );
        }
      });
      for (const mode of ['fast', 'immediate'] as const) {
        const before = done;
        while (done < before + 5) await new Promise((resolve) => setTimeout(resolve, 10));
        await server.restart(mode);
      }
      const before = done;
      await expect.poll(() => done, { timeout: 20_000 }).toBeGreaterThan(before + 10);
      on = false;
      await Promise.all(stream);
      expect(errors.length).toBeGreaterThan(0);
      for (const error of errors) {
        expect(isSocialError(error), String((error as Error).stack)).toBe(true);
        const { code, category, retryable } = error as SocialError;
        expect({ code, category, retryable }).toMatchObject({ retryable: true });
        expect(['unavailable', 'timeout', 'conflict']).toContain(category);
      }
      await kit.idle();
      await expectTrue(player, SEED);
      await expectNoneDead(kit);
    } finally {
      await player.close();
    }
  }, 480_000);
});
