import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { guardFolder } from './folder-guard.js';
import { freePort } from './ports.js';
import { findRedisProgram, type RedisProgram } from './redis-program.js';
import { type Supervised, supervise } from './supervised.js';

/** Options of {@link startRedis}. */
export interface RedisOptions {
  /** For example `64mb`. @default no limit */
  readonly maxmemory?: string;
  /** For example `allkeys-lru`. @default noeviction */
  readonly maxmemoryPolicy?: string;
  /**
   * True writes an append-only file, so that data outlives `kill` and `restart`.
   *
   * @default false: a restarted server is empty
   */
  readonly persistent?: boolean;
  /** Further settings as in redis.conf, for example `{ 'io-threads': 2 }`. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** A Redis server that this process started, alone on its port. */
export interface RedisServer {
  /** `redis://127.0.0.1:<port>`; the same over every restart. */
  readonly url: string;
  readonly port: number;
  /** Changes with every restart. */
  readonly pid: number;
  /** For example `7.0.15`. */
  readonly version: string;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts a killed server again, or kills and starts a running one, on the same port. */
  restart(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers, like a server that hangs. */
  pause(): void;
  /** SIGCONT: ends a `pause`. */
  resume(): void;
  /** Ends the server and deletes its folder. Safe to call twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const START_LIMIT_MS = 30_000;

/** Runs `work` with a client that is closed afterwards and never ends the process. */
export const withRedis = async <T>(port: number, work: (client: Redis) => Promise<T>): Promise<T> => {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    client.disconnect();
  }
};

/** @throws Error when no Redis answers at `url` */
export const answersAt = async ({ url }: { readonly url: string }): Promise<void> => {
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: 10_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
};

const versionOf = (information: string): string =>
  /^(?:valkey|redis)_version:(\S+)/m.exec(information)?.[1] ?? 'unknown';

const answers = async (server: Supervised, port: number): Promise<string> => {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    if (server.exited) throw new Error(`Redis ended at its start:\n${server.logTail()}`);
    try {
      return versionOf(await withRedis(port, (client) => client.info('server')));
    } catch (error) {
      if (Date.now() > deadline) {
        await server.end('SIGKILL');
        throw new Error(`Redis did not answer within ${START_LIMIT_MS} ms:\n${server.logTail()}`, {
          cause: error,
        });
      }
      await delay(15);
    }
  }
};

const settingsOf = (port: number, folder: string, options: RedisOptions): string[] => {
  const settings: Record<string, string | number> = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    daemonize: 'no',
    save: '',
    appendonly: options.persistent ? 'yes' : 'no',
    appendfsync: 'everysec',
    ...(options.maxmemory === undefined ? {} : { maxmemory: options.maxmemory }),
    ...(options.maxmemoryPolicy === undefined ? {} : { 'maxmemory-policy': options.maxmemoryPolicy }),
    ...options.settings,
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
};

/**
 * Starts a Redis (or Valkey) server of our own: free port on 127.0.0.1, no password, nothing persisted.
 * It is ended by `close()`, and by a watchdog when this process dies without calling it.
 *
 * @param program default: what {@link findRedisProgram} finds
 * @throws Error when no program is found or the server does not start; the message says why
 */
export const startRedis = async (
  options: RedisOptions = {},
  program?: RedisProgram,
): Promise<RedisServer> => {
  const { command, env } = program ?? (await findRedisProgram());
  const folder = await mkdtemp(join(tmpdir(), 'socialkit-redis-'));
  const guard = guardFolder(folder);
  const remove = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    guard.standDown();
  };
  const spawnOn = async (at: number): Promise<{ at: number; server: Supervised; version: string }> => {
    const server = await supervise({
      command,
      args: settingsOf(at, folder, options),
      folder,
      guard,
      logFile: join(folder, `server-${at}.log`),
      env,
    });
    return { at, server, version: await answers(server, at) };
  };
  const spawnPersistently = async (nextPort: () => Promise<number>) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await spawnOn(await nextPort());
      } catch (error) {
        if (!/Address already in use/.test(String(error)) || attempt === 10) throw error;
        await delay(100);
      }
    }
  };
  let running: Awaited<ReturnType<typeof spawnPersistently>>;
  try {
    running = await spawnPersistently(freePort);
  } catch (error) {
    await remove();
    throw error;
  }
  const { at: port } = running;
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= (async () => {
      running.server.signal('SIGCONT');
      await running.server.end('SIGTERM');
      await remove();
    })();
    return closed;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    version: running.version,
    get pid() {
      return running.server.pid;
    },
    kill: () => running.server.end('SIGKILL'),
    restart: async () => {
      await running.server.end('SIGKILL');
      running = await spawnPersistently(async () => port);
    },
    pause: () => running.server.signal('SIGSTOP'),
    resume: () => running.server.signal('SIGCONT'),
    close,
    [Symbol.asyncDispose]: close,
  };
};
