import type { SocialKitOptions } from '@socialkit/adapters';
import { startPostgres, startRedis } from '@socialkit/test-services';

/** Where the demo runs. */
export interface DemoBackEnd {
  readonly name: string;
  /** What a kit is opened with. The data outlives the kit. */
  readonly options: Pick<SocialKitOptions, 'database' | 'redis' | 'migrate'>;
  close(): Promise<void>;
}

/** The embedded default, in a folder of its own. */
export const embedded = (dataDir: string): DemoBackEnd => ({
  name: 'embedded',
  options: { database: { dataDir } },
  close: async () => {},
});

/**
 * PostgreSQL and Redis: those of `DATABASE_URL` and `REDIS_URL` (a schema of its own is used there), or private servers
 * started from the machine's binaries.
 *
 * @throws Error saying what is missing
 */
export async function servers(): Promise<DemoBackEnd> {
  const { DATABASE_URL: database, REDIS_URL: redis } = process.env;
  if (database && redis)
    return {
      name: 'PostgreSQL + Redis',
      options: { database: { url: database, schema: `demo_graph_${process.pid}` }, redis, migrate: true },
      close: async () => {},
    };
  const postgresServer = await startPostgres({ durable: true });
  const redisServer = await startRedis();
  return {
    name: 'PostgreSQL + Redis',
    options: { database: postgresServer.url, redis: redisServer.url, migrate: true },
    close: async () => {
      await Promise.all([postgresServer.close(), redisServer.close()]);
    },
  };
}
