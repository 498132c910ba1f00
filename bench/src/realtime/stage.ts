import { migrateServer } from '@socialkit/adapters/postgres';
import { type PostgresServer, type RedisServer, startPostgres, startRedis } from '@socialkit/test-services';

/** Private servers of one benchmark run: durable PostgreSQL, started when a goal needs it, and Redis without persistence. */
export interface Stage {
  readonly redisServer: RedisServer;
  /** Migrated, with generous limits. */
  postgres(): Promise<PostgresServer>;
  close(): Promise<void>;
}

const SETTINGS = { shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '30min' } as const;

export async function openStage(): Promise<Stage> {
  const redisServer = await startRedis();
  let server: Promise<PostgresServer> | undefined;
  const start = async () => {
    const started = await startPostgres({ durable: true, settings: SETTINGS });
    await migrateServer({ url: started.url });
    return started;
  };
  return {
    redisServer,
    postgres() {
      server ??= start();
      return server;
    },
    async close() {
      await redisServer.close();
      await (await server)?.close();
    },
  };
}
