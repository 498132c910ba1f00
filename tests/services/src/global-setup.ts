import { randomBytes } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import {
  type Found,
  findOwnPostgres,
  findOwnRedis,
  findPostgres,
  findRedis,
  findRedisCluster,
} from './find.js';
import { type ServiceName, servicesNamedInFiles } from './needs.js';
import { DATABASE_PREFIX, dropDatabases } from './postgres-database.js';
import type { SkipReasons } from './provided.js';

const LABELS: Readonly<Record<ServiceName, string>> = {
  postgres: 'PostgreSQL',
  redis: 'Redis',
  redisCluster: 'Redis Cluster',
  ownPostgres: 'PostgreSQL for fault tests',
  ownRedis: 'Redis for fault tests',
};

const LABEL_WIDTH = Math.max(...Object.values(LABELS).map((label) => label.length));

/** The test files of this run: the ones the command line names, all in watch mode. */
const chosenFiles = async (project: TestProject): Promise<string[]> => {
  // Not in the public types; without it every file counts, which only starts more servers.
  const { filenamePattern } = project.vitest as { filenamePattern?: string[] };
  const filters = project.vitest.config.watch
    ? undefined
    : filenamePattern?.map((text) => text.replace(/:\d+$/, ''));
  return (await project.globTestFiles(filters)).testFiles;
};

/**
 * vitest's globalSetup: finds or starts the services that the chosen test files name, says in one line
 * each where they come from or why they are skipped, provides them to the tests, and ends them.
 *
 * @throws Error when a needed service is missing and `SOCIALKIT_REQUIRE_SERVICES=1`
 */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const needed = await servicesNamedInFiles(await chosenFiles(project));
  const started: Found<unknown>[] = [];
  const reasons: Record<ServiceName, string | null> = {
    postgres: null,
    redis: null,
    redisCluster: null,
    ownPostgres: null,
    ownRedis: null,
  };
  const endAll = async (): Promise<void> => {
    await Promise.all(started.map((found) => (found.ok ? found.close() : undefined)));
  };
  const obtain = async <T>(
    name: ServiceName,
    find: () => Promise<Found<T>>,
  ): Promise<Found<T> | undefined> => {
    if (!needed.has(name)) return undefined;
    const found = await find();
    started.push(found);
    reasons[name] = found.ok ? '' : found.reason;
    process.stderr.write(
      `${LABELS[name].padEnd(LABEL_WIDTH)}  ${found.ok ? found.origin : `SKIPPED: ${found.reason}`}\n`,
    );
    return found;
  };

  // First, so that a Redis that must be unpacked is unpacked once.
  await Promise.all([obtain('ownPostgres', findOwnPostgres), obtain('ownRedis', findOwnRedis)]);
  const [postgres, redis] = await Promise.all([obtain('postgres', findPostgres), obtain('redis', findRedis)]);
  const redisCluster = await obtain('redisCluster', findRedisCluster);

  if (process.env.SOCIALKIT_REQUIRE_SERVICES === '1' && started.some((found) => !found.ok)) {
    await endAll();
    throw new Error(
      'SOCIALKIT_REQUIRE_SERVICES=1 is set, and a service that the tests need is missing (see above)',
    );
  }

  const databasePrefix = `${DATABASE_PREFIX}${randomBytes(4).toString('hex')}_`;
  project.provide('postgresUrl', postgres?.ok ? postgres.value : null);
  project.provide('redisUrl', redis?.ok ? redis.value : null);
  project.provide('redisClusterNodes', redisCluster?.ok ? redisCluster.value : null);
  project.provide('databasePrefix', databasePrefix);
  project.provide('skipReasons', reasons satisfies SkipReasons);

  return async () => {
    if (postgres?.ok && postgres.given) await dropDatabases(postgres.value, databasePrefix);
    await endAll();
  };
};
