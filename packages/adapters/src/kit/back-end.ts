import { createMemoryPresence, type PresenceStore } from '@socialkit/chat';
import {
  type Cache,
  type Clock,
  createIds,
  createMemoryTail,
  createMemoryTransport,
  type Ids,
  type Logger,
  type RateLimiter,
  type RealtimeTransport,
  SocialError,
  type StreamTail,
} from '@socialkit/core';
import { createMemoryTimelines, type TimelineStore } from '@socialkit/feed';
import type { Postgres, PostgresOptions } from '../postgres/connection.js';
import type { RedisLinks } from '../redis/connection.js';
import type { Storage } from '../storage.js';
import type { Background } from './background.js';
import type { DatabaseChoice, SocialKitOptions } from './options.js';

/** Everything outside of this process's heap, opened: what the slices are wired onto. */
export interface BackEnd {
  readonly storage: Storage;
  readonly ids: Ids;
  readonly cache: Cache;
  readonly rateLimiter: RateLimiter;
  readonly transport: RealtimeTransport;
  /** The newest events of streams, ready for replays. */
  readonly tail: StreamTail;
  /** Who is connected: for all processes in Redis, for this one alone without. */
  readonly presence: PresenceStore;
  /** Where home timelines are kept; null reads every home from the rows. */
  readonly timelines: TimelineStore | null;
  /** Upkeep of the database; absent in memory. */
  readonly maintenance: Background | null;
  /** The database below the storage; absent in memory. */
  readonly postgres: Postgres | null;
  readonly redis: RedisLinks | null;
  /** Asks the database for a sign of life. @throws storage.* */
  ping(): Promise<void>;
  /** Closes what was opened, last opened first. */
  close(): Promise<void>;
}

interface Closers {
  add(close: () => Promise<unknown>): void;
  closeAll(): Promise<void>;
}

function createClosers(): Closers {
  const closers: (() => Promise<unknown>)[] = [];
  return {
    add: (close) => void closers.push(close),
    async closeAll() {
      const errors: unknown[] = [];
      for (let close = closers.pop(); close; close = closers.pop())
        await close().catch((error) => errors.push(error));
      if (errors.length > 0) throw new AggregateError(errors, 'closing failed in part');
    },
  };
}

/** An optional peer that is not installed is a sentence that says what to do, not a stack of module resolution. */
async function load<T>(what: string, packages: string, importer: () => Promise<T>): Promise<T> {
  try {
    return await importer();
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new SocialError(
      'unavailable',
      'setup.package_missing',
      `${what} needs packages that are not installed: npm install ${packages}`,
      {
        cause: error,
        retryable: false,
      },
    );
  }
}

const isServer = (choice: DatabaseChoice): choice is string | PostgresOptions =>
  typeof choice === 'string' ? choice !== 'memory' : 'url' in choice || 'pool' in choice;

interface Opened {
  readonly postgres: Postgres;
  /** Whether tables are made without being asked. */
  readonly embedded: boolean;
}

const serverOptions = (choice: Exclude<DatabaseChoice, 'memory'>): PostgresOptions =>
  typeof choice === 'string' ? { url: choice } : (choice as PostgresOptions);

async function openDatabase(
  choice: Exclude<DatabaseChoice, 'memory'>,
  logger: Logger,
  closers: Closers,
): Promise<Opened> {
  const { openPostgres } = await load('a database', 'pg kysely', () => import('../postgres/index.js'));
  if (isServer(choice)) {
    const postgres = openPostgres({ logger, ...serverOptions(choice) });
    closers.add(() => postgres.close());
    return { postgres, embedded: false };
  }
  const { openPglite } = await load(
    'the embedded database',
    '@electric-sql/pglite pg kysely',
    () => import('../pglite/index.js'),
  );
  const dataDir = typeof choice === 'object' && 'dataDir' in choice ? choice.dataDir : undefined;
  const lite = await openPglite(dataDir === undefined ? {} : { dataDir });
  closers.add(() => lite.close());
  const postgres = openPostgres({ logger, pool: { ...lite.poolConfig }, statementTimeoutMs: 0 });
  closers.add(() => postgres.close());
  return { postgres, embedded: true };
}

async function openShared(
  options: Pick<SocialKitOptions, 'redis' | 'presence'>,
  clock: Clock,
  logger: Logger,
  closers: Closers,
) {
  const { createLruCache, createLruStore } = await load(
    'the cache',
    'lru-cache',
    () => import('../cache/lru.js'),
  );
  if (options.redis === undefined) {
    const { createMemoryRateLimiter } = await import('../memory/rate-limiter.js');
    const transport = createMemoryTransport();
    const cache = createLruCache({ clock });
    const tail = createMemoryTail({ transport });
    const rateLimiter = createMemoryRateLimiter({ clock });
    const presence = createMemoryPresence({}, options.presence);
    for (const part of [transport, tail, cache, rateLimiter, presence]) closers.add(() => part.close());
    return { redis: null, cache, rateLimiter, transport, tail, presence };
  }
  const {
    createRedisCache,
    createRedisPresence,
    createRedisRateLimiter,
    createRedisTail,
    createRedisTransport,
    openRedis,
  } = await load('redis', 'ioredis', () => import('../redis/index.js'));
  const redis = openRedis({
    logger,
    ...(typeof options.redis === 'string' ? { url: options.redis } : options.redis),
  });
  closers.add(() => redis.close());
  const transport = createRedisTransport({ link: redis.realtime, logger });
  closers.add(() => transport.close());
  const tail = createRedisTail({ link: redis.realtime, logger });
  closers.add(() => tail.close());
  const cache = createRedisCache({ link: redis.cache, transport, logger, local: createLruStore({ clock }) });
  closers.add(() => cache.close());
  const rateLimiter = createRedisRateLimiter({ link: redis.limits, logger });
  closers.add(() => rateLimiter.close());
  const presence = createRedisPresence({ link: redis.realtime }, options.presence);
  closers.add(() => presence.close());
  return { redis, cache, rateLimiter, transport, tail, presence };
}

/** Timelines live in Redis where there is one, in the process where it is the only one, else in the database. */
async function openTimelines(
  {
    redis,
    storage,
    embedded,
  }: { readonly redis: RedisLinks | null; readonly storage: Storage; readonly embedded: boolean },
  options: Pick<SocialKitOptions, 'feed'>,
  clock: Clock,
): Promise<TimelineStore | null> {
  const keep = options.feed?.timelineLength;
  const bounds = keep === undefined ? {} : { keep };
  if (redis) {
    const { createRedisTimelines } = await import('../redis/index.js');
    return createRedisTimelines({ link: redis.timelines, clock }, bounds);
  }
  return embedded ? createMemoryTimelines({ clock }, bounds) : storage.feed.timelines;
}

/**
 * Opens database and Redis as the options say, makes the tables where that is wanted, and leases a node number. When anything
 * fails, what was opened before is closed again.
 */
export async function openBackEnd(
  options: Pick<
    SocialKitOptions,
    'database' | 'redis' | 'migrate' | 'node' | 'feed' | 'maintenance' | 'presence'
  >,
  deps: { readonly clock: Clock; readonly logger: Logger },
): Promise<BackEnd> {
  const { clock, logger } = deps;
  const choice = options.database ?? {};
  const closers = createClosers();
  try {
    const shared = await openShared(options, clock, logger, closers);
    const opened =
      choice === 'memory'
        ? await openMemory(options, clock, logger)
        : await openSql(choice, options, { clock, logger, closers });
    const timelines = await openTimelines({ redis: shared.redis, ...opened }, options, clock);
    if (timelines) closers.add(() => timelines.close());
    return { ...shared, ...opened, timelines, close: closers.closeAll };
  } catch (error) {
    await closers
      .closeAll()
      .catch((closing) => logger.warn({ err: closing }, 'closing after a failed start failed in part'));
    throw error;
  }
}

type OpenedStorage = Pick<BackEnd, 'storage' | 'ids' | 'maintenance' | 'postgres' | 'ping'> & {
  readonly embedded: boolean;
};

async function openMemory(
  options: Pick<SocialKitOptions, 'node'>,
  clock: Clock,
  logger: Logger,
): Promise<OpenedStorage> {
  const { createMemoryStorage } = await import('../memory/storage.js');
  const ids = createIds({ clock, node: options.node ?? 0 });
  const storage = createMemoryStorage({ clock, ids, logger });
  return { storage, ids, maintenance: null, postgres: null, ping: async () => {}, embedded: true };
}

async function openSql(
  choice: Exclude<DatabaseChoice, 'memory'>,
  options: Pick<SocialKitOptions, 'migrate' | 'node' | 'maintenance'>,
  { clock, logger, closers }: { readonly clock: Clock; readonly logger: Logger; readonly closers: Closers },
): Promise<OpenedStorage> {
  const { postgres, embedded } = await openDatabase(choice, logger, closers);
  const {
    createLeasedIds,
    createMaintenance,
    createPostgresSignals,
    createPostgresStorage,
    leaseNode,
    migrate,
    migrateServer,
  } = await import('../postgres/index.js');
  if (options.migrate ?? embedded) {
    if (embedded) await migrate(postgres, clock.now());
    else await migrateServer(serverOptions(choice), clock.now());
  }
  const lease = await leaseNode(
    { db: postgres.db, clock, logger },
    options.node === undefined ? {} : { node: options.node },
  );
  closers.add(() => lease.release());
  const ids = createLeasedIds({ lease, clock });
  // The embedded database has one process, which needs no signal from others.
  const signals = embedded ? undefined : createPostgresSignals({ postgres, logger });
  if (signals) closers.add(() => signals.close());
  const storage = createPostgresStorage({ postgres, clock, ids, logger, ...(signals ? { signals } : {}) });
  closers.add(() => storage.close());
  const maintenance = createMaintenance(
    { postgres, unitOfWork: storage.unitOfWork, clock, logger },
    options.maintenance,
  );
  const ping = async () => void (await postgres.pool.query('SELECT 1'));
  return { storage, ids, maintenance, postgres, ping, embedded };
}
