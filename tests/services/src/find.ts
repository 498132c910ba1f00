import { serverAccount } from './account.js';
import { findPostgresBinaries } from './binaries.js';
import { startPostgresContainer, startRedisContainer } from './containers.js';
import { startPostgres } from './postgres.js';
import { queryOnce } from './postgres-database.js';
import { answersAt, startRedis } from './redis.js';
import { startRedisCluster } from './redis-cluster.js';
import { findRedisProgram } from './redis-program.js';

/** A service that tests may use, or why there is none. */
export type Found<T> =
  | {
      readonly ok: true;
      readonly value: T;
      /** Where it comes from, for one line of output. */
      readonly origin: string;
      /** True when the environment gave it: it outlives the run, so nothing is left behind in it. */
      readonly given: boolean;
      /** Ends what this process started; does nothing to a given service. */
      close(): Promise<void>;
    }
  | { readonly ok: false; readonly reason: string };

interface Started<T> {
  readonly value: T;
  readonly origin: string;
  close(): Promise<void>;
}

/** Where a service may come from. */
export interface Sources<T> {
  readonly variable: string;
  /** Reads the variable; throws when what it names does not answer. */
  given(text: string): Promise<T>;
  container?(): Promise<Started<T> | undefined>;
  start(): Promise<Started<T>>;
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message || error.name : String(error)).trim().split('\n').join(' ');

/**
 * Looks for a service where it may come from: the environment, a container, a server of our own. What the environment names is
 * taken or nothing is: a run that was told where to go does not go elsewhere. Never throws.
 */
export const findService = async <T>(sources: Sources<T>): Promise<Found<T>> => {
  const { variable } = sources;
  const text = process.env[variable];
  if (text) {
    try {
      return {
        ok: true,
        value: await sources.given(text),
        origin: variable,
        given: true,
        close: async () => {},
      };
    } catch (error) {
      return { ok: false, reason: `what ${variable} names does not answer: ${reasonOf(error)}` };
    }
  }
  let containerFault = '';
  try {
    const container = await sources.container?.();
    if (container) return { ok: true, given: false, ...container };
  } catch (error) {
    containerFault = `; its container did not start: ${reasonOf(error)}`;
  }
  try {
    return { ok: true, given: false, ...(await sources.start()) };
  } catch (error) {
    return { ok: false, reason: `${variable} is not set; ${reasonOf(error)}${containerFault}` };
  }
};

/**
 * A PostgreSQL server for a test run, in this order: `SOCIALKIT_TEST_POSTGRES_URL`, a container when a
 * runtime answers, a private server started from binaries on this machine. Never throws.
 */
export const findPostgres = (): Promise<Found<string>> =>
  findService({
    variable: 'SOCIALKIT_TEST_POSTGRES_URL',
    given: async (url) => {
      await queryOnce(url, 'SELECT 1');
      return url;
    },
    container: startPostgresContainer,
    start: async () => {
      const { url, version, port, close } = await startPostgres();
      return { value: url, origin: `own server ${version}, port ${port}`, close };
    },
  });

/**
 * A Redis server for a test run, in this order: `SOCIALKIT_TEST_REDIS_URL`, a container when a runtime
 * answers, a private server from a program on PATH or unpacked from the distribution's packages.
 * Never throws.
 */
export const findRedis = (): Promise<Found<string>> =>
  findService({
    variable: 'SOCIALKIT_TEST_REDIS_URL',
    given: async (url) => {
      await answersAt({ url });
      return url;
    },
    container: startRedisContainer,
    start: async () => {
      const { url, version, port, close } = await startRedis();
      return { value: url, origin: `own server ${version}, port ${port}`, close };
    },
  });

/**
 * A Redis Cluster for a test run, in this order: `SOCIALKIT_TEST_REDIS_CLUSTER` (comma separated
 * `host:port`), three private servers. Containers are not used: a cluster announces its nodes' inner
 * addresses, which differ from the outer ones. Never throws.
 */
export const findRedisCluster = (): Promise<Found<string[]>> =>
  findService({
    variable: 'SOCIALKIT_TEST_REDIS_CLUSTER',
    given: async (text) => {
      const nodes = text
        .split(',')
        .map((node) => node.trim())
        .filter((node) => node !== '');
      for (const node of nodes) await answersAt({ url: `redis://${node}` });
      return nodes;
    },
    start: async () => {
      const { nodes, servers, close } = await startRedisCluster();
      const ports = servers.map(({ port }) => port).join(', ');
      return { value: [...nodes], origin: `own cluster ${servers[0]?.version}, ports ${ports}`, close };
    },
  });

const asMeans = async (origin: () => Promise<string>): Promise<Found<null>> => {
  try {
    return { ok: true, value: null, origin: await origin(), given: false, close: async () => {} };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
};

/** Whether `startPostgres` can work on this machine. Starts nothing. */
export const findOwnPostgres = (): Promise<Found<null>> =>
  asMeans(async () => {
    const binaries = findPostgresBinaries();
    if (!binaries) throw new Error('no PostgreSQL binaries on PATH or in /usr/lib/postgresql');
    serverAccount();
    return binaries.postgres;
  });

/** Whether `startRedis` can work on this machine, unpacking a Redis first where that is needed. */
export const findOwnRedis = (): Promise<Found<null>> =>
  asMeans(async () => (await findRedisProgram()).origin);
