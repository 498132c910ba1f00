import { randomBytes } from 'node:crypto';
import { describe, inject } from 'vitest';
import { type CreateDatabaseOptions, createDatabase } from './postgres-database.js';
import type { SkipReasons } from './provided.js';

export type { SkipReasons } from './provided.js';

/** The shared PostgreSQL server, as a test file sees it. */
export interface PostgresForTests {
  /** URL of the server's maintenance database; tests do not write there. */
  readonly url: string;
  /** Makes an empty database for this test file and returns its URL; it is dropped after the run. */
  createDatabase(options?: Pick<CreateDatabaseOptions, 'template'>): Promise<string>;
}

/** The shared Redis, as a test file sees it. */
export interface RedisForTests {
  readonly url: string;
  /** Start of every key of this test file, so that files running at the same time do not meet. */
  readonly prefix: string;
}

/** The shared Redis Cluster, as a test file sees it. */
export interface RedisClusterForTests {
  /** `host:port` of each node. */
  readonly nodes: readonly string[];
  readonly prefix: string;
}

const uniquePrefix = (): string => `test-${randomBytes(6).toString('hex')}:`;

const describeService = <T>(
  service: keyof SkipReasons,
  name: string,
  handle: T,
  fn: (handle: T) => void,
): void => {
  const reason = inject('skipReasons')[service];
  if (reason === null) {
    throw new Error(
      `"${name}" needs ${service}, which was not started: only services that the text of a test file names are. ` +
        `Call describe${service.charAt(0).toUpperCase()}${service.slice(1)} in the test file itself.`,
    );
  }
  if (reason === '') describe(name, () => fn(handle));
  else describe.skip(`${name} [skipped: ${reason}]`, () => fn(handle));
};

/**
 * A `describe` on the shared PostgreSQL server; skipped, with the reason in its title, where there is
 * none. Must be called in the test file itself: its name there is what makes the run start a server.
 */
export const describePostgres = (name: string, fn: (postgres: PostgresForTests) => void): void => {
  const url = inject('postgresUrl') ?? '';
  const prefix = inject('databasePrefix');
  describeService(
    'postgres',
    name,
    { url, createDatabase: (options = {}) => createDatabase(url, { ...options, prefix }) },
    fn,
  );
};

/** A `describe` on the shared Redis; otherwise as {@link describePostgres}. Never FLUSHALL there. */
export const describeRedis = (name: string, fn: (redis: RedisForTests) => void): void =>
  describeService('redis', name, { url: inject('redisUrl') ?? '', prefix: uniquePrefix() }, fn);

/** A `describe` on the shared three-node Redis Cluster; otherwise as {@link describeRedis}. */
export const describeRedisCluster = (name: string, fn: (cluster: RedisClusterForTests) => void): void =>
  describeService(
    'redisCluster',
    name,
    { nodes: inject('redisClusterNodes') ?? [], prefix: uniquePrefix() },
    fn,
  );

/**
 * A `describe` whose tests start PostgreSQL servers of their own with `startPostgres`, to restart or kill
 * them; skipped, with the reason in its title, where that cannot work.
 */
export const describeOwnPostgres = (name: string, fn: () => void): void =>
  describeService('ownPostgres', name, undefined, fn);

/** The same for Redis servers of one's own, with `startRedis` and `startRedisCluster`. */
export const describeOwnRedis = (name: string, fn: () => void): void =>
  describeService('ownRedis', name, undefined, fn);
