import type { PostgresForTests, RedisForTests } from '@socialkit/test-services/vitest';
import { createSocialKit, type SocialKitOptions } from '../../kit/index.js';
import { openMigratedPostgres } from '../postgres-template.js';
import type { OpenKit } from './play.js';

type More = Omit<SocialKitOptions, 'database' | 'redis' | 'clock' | 'contentGate'>;

/** Worlds are played on machines under load: what is late there is not what is looked for. */
const PATIENT = { people: { deadlineMs: 20_000 } } as const;

/** A kit in memory. */
export const onMemory =
  (more: More = {}): OpenKit =>
  async (options) => {
    const kit = await createSocialKit({ ...PATIENT, ...more, ...options, database: 'memory' });
    return { kit, close: () => kit.close() };
  };

/** A kit on an embedded database of its own. */
export const onPglite =
  (more: More = {}): OpenKit =>
  async (options) => {
    const kit = await createSocialKit({ ...PATIENT, ...more, ...options, database: {} });
    return { kit, close: () => kit.close() };
  };

let kits = 0;

/** A kit on a database of its own on the shared server, and on keys of its own in Redis where one is given. */
export const onPostgres =
  (server: PostgresForTests, redis?: RedisForTests, more: More = {}): OpenKit =>
  async (options) => {
    const database = await openMigratedPostgres(server);
    const kit = await createSocialKit({
      ...PATIENT,
      ...more,
      ...options,
      database: { url: database.url, connectionTimeoutMs: 20_000, statementTimeoutMs: 20_000 },
      ...(redis ? { redis: { url: redis.url, prefix: `${redis.prefix}${kits++}:` } } : {}),
    });
    return {
      kit,
      async close() {
        await kit.close();
        await database.close();
      },
    };
  };
