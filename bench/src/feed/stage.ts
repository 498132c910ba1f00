import { migrateServer, openPostgres, type Postgres } from '@socialkit/adapters/postgres';
import { createIds, type Ids, systemClock } from '@socialkit/core';
import { type PostgresServer, type RedisServer, startPostgres, startRedis } from '@socialkit/test-services';
import { Redis } from 'ioredis';
import type { Servers } from '../harness/cpu.js';

/** Private servers of one benchmark run, as in production: durable PostgreSQL, Redis without persistence. */
export interface Stage {
  readonly server: PostgresServer;
  readonly redisServer: RedisServer;
  /** Migrated; the schema is the product's own. */
  readonly postgres: Postgres;
  /** A plain client for ceilings and populations. */
  readonly redis: Redis;
  readonly ids: Ids;
  close(): Promise<void>;
}

/** PostgreSQL with 1 GB of shared buffers, as the anchors were measured with. */
const SETTINGS = { shared_buffers: '1GB', max_wal_size: '4GB', checkpoint_timeout: '30min' } as const;

/** Starts both servers and makes the tables. */
export async function openStage(): Promise<Stage> {
  const server = await startPostgres({ durable: true, settings: SETTINGS });
  const redisServer = await startRedis();
  await migrateServer({ url: server.url });
  const postgres = openPostgres({ url: server.url, statementTimeoutMs: 0, pool: { max: 16 } });
  const redis = new Redis(redisServer.url, { enableAutoPipelining: false });
  return {
    server,
    redisServer,
    postgres,
    redis,
    ids: createIds({ clock: systemClock, node: 900 }),
    async close() {
      await redis.quit();
      await postgres.close();
      await Promise.all([redisServer.close(), server.close()]);
    },
  };
}

/** Process ids of the servers, for measuring processor time. */
export const serversOf = ({ redisServer, server }: Stage): Servers => ({
  redis: redisServer.pid,
  postgres: server.pid,
});
