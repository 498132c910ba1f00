import { readFile } from 'node:fs/promises';

/** What tests can need: services shared by a run, and the means to start servers of their own. */
export type ServiceName = 'postgres' | 'redis' | 'redisCluster' | 'ownPostgres' | 'ownRedis';

/** The words in a test file's source that say it wants the service. */
const WORDS: Readonly<Record<ServiceName, RegExp>> = {
  postgres: /\b(describePostgres|describeBackends)\b|inject\(\s*['"]postgresUrl['"]/,
  redis: /\bdescribeRedis\b|inject\(\s*['"]redisUrl['"]/,
  redisCluster: /\bdescribeRedisCluster\b|inject\(\s*['"]redisClusterNodes['"]/,
  ownPostgres: /\bdescribeOwnPostgres\b/,
  ownRedis: /\bdescribeOwnRedis\b/,
};

const NAMES = Object.keys(WORDS) as ServiceName[];

/** The services that test sources name, so that a run of unit tests starts no server. */
export const servicesNamedIn = (sources: readonly string[]): Set<ServiceName> =>
  new Set(NAMES.filter((name) => sources.some((source) => WORDS[name].test(source))));

/** {@link servicesNamedIn} for files; a file that cannot be read names none. */
export const servicesNamedInFiles = async (files: readonly string[]): Promise<Set<ServiceName>> =>
  servicesNamedIn(await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => ''))));
