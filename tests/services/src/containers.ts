import { access } from 'node:fs/promises';

/** A server in a container of our own. */
export interface ContainerServer {
  /** URL of the server. */
  readonly value: string;
  readonly origin: string;
  close(): Promise<void>;
}

const POSTGRES_IMAGE = 'postgres:15-alpine';
const REDIS_IMAGE = 'redis:7.0-alpine';
const START_LIMIT_MS = 180_000;

/** Whether anything hints at a container runtime; spares a bare machine the import of a large library. */
const mayHaveRuntime = async (): Promise<boolean> => {
  if (process.env.DOCKER_HOST || process.env.TESTCONTAINERS_HOST_OVERRIDE) return true;
  const home = process.env.HOME ?? '';
  const runtime = process.env.XDG_RUNTIME_DIR ?? '/nowhere';
  const sockets = ['/var/run/docker.sock', `${home}/.docker/run/docker.sock`, `${runtime}/docker.sock`];
  const found = await Promise.all(
    [...sockets, `${runtime}/podman/podman.sock`].map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
};

type Testcontainers = typeof import('testcontainers');

/** The library, when a container runtime answers. */
const answering = async (): Promise<Testcontainers | undefined> => {
  if (!(await mayHaveRuntime())) return undefined;
  try {
    const library = await import('testcontainers');
    await library.getContainerRuntimeClient();
    return library;
  } catch {
    return undefined;
  }
};

/**
 * PostgreSQL in a container, or undefined when no container runtime answers.
 *
 * @throws Error when the runtime answers but the container does not start
 */
export const startPostgresContainer = async (): Promise<ContainerServer | undefined> => {
  const library = await answering();
  if (!library) return undefined;
  const container = await new library.GenericContainer(POSTGRES_IMAGE)
    .withEnvironment({ POSTGRES_HOST_AUTH_METHOD: 'trust' })
    .withCommand(['postgres', '-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=200'])
    .withExposedPorts(5432)
    .withWaitStrategy(library.Wait.forLogMessage(/ready to accept connections/, 2))
    .withStartupTimeout(START_LIMIT_MS)
    .start();
  return {
    origin: `container ${POSTGRES_IMAGE}`,
    value: `postgres://postgres@${container.getHost()}:${container.getMappedPort(5432)}/postgres`,
    close: async () => {
      await container.stop();
    },
  };
};

/**
 * Redis in a container, or undefined when no container runtime answers.
 *
 * @throws Error when the runtime answers but the container does not start
 */
export const startRedisContainer = async (): Promise<ContainerServer | undefined> => {
  const library = await answering();
  if (!library) return undefined;
  const container = await new library.GenericContainer(REDIS_IMAGE)
    .withCommand(['redis-server', '--save', '', '--appendonly', 'no'])
    .withExposedPorts(6379)
    .withWaitStrategy(library.Wait.forLogMessage(/Ready to accept connections/))
    .withStartupTimeout(START_LIMIT_MS)
    .start();
  return {
    origin: `container ${REDIS_IMAGE}`,
    value: `redis://${container.getHost()}:${container.getMappedPort(6379)}`,
    close: async () => {
      await container.stop();
    },
  };
};
