import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Account, serverAccount } from './account.js';
import { findPostgresBinaries, type PostgresBinaries } from './binaries.js';
import { type FolderGuard, guardFolder } from './folder-guard.js';
import { freePort } from './ports.js';
import { type CreateDatabaseOptions, createDatabase, queryOnce } from './postgres-database.js';
import { type Supervised, supervise } from './supervised.js';

/** Options of {@link startPostgres}. */
export interface PostgresOptions {
  /**
   * True keeps fsync, full_page_writes and synchronous_commit on, as in production: what benches measure.
   * False turns the first two off, for speed; a killed server still loses nothing, a power cut may.
   *
   * @default false
   */
  readonly durable?: boolean;
  /** Server settings, which win over the ones chosen here. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** @default 200 */
  readonly maxConnections?: number;
}

/** A PostgreSQL server that this process started, alone on its port and data folder. */
export interface PostgresServer {
  /** URL of the database `postgres` as the superuser `postgres`; the same over every restart. */
  readonly url: string;
  readonly port: number;
  /** Process id of the postmaster; changes with every restart. */
  readonly pid: number;
  /** For example `15.18`. */
  readonly version: string;
  /** Makes an empty database and returns its URL. */
  createDatabase(options?: CreateDatabaseOptions): Promise<string>;
  /**
   * Stops the server and starts it again on the same port and data. `fast` rolls open transactions back,
   * `immediate` stops like a crash, so that the start recovers from the log. A killed server just starts.
   *
   * @param mode default `fast`
   */
  restart(mode?: 'fast' | 'immediate'): Promise<void>;
  /** SIGKILL to the postmaster; resolves when it is gone. `restart` brings the same data back. */
  kill(): Promise<void>;
  /** Stops the server and deletes its data. Safe to call twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const START_LIMIT_MS = 60_000;
const run = promisify(execFile);

// Other accounts than root's often cannot enter a per-user temporary folder.
const temporaryRoot = (account: Account | undefined): string => (account ? '/tmp' : tmpdir());

const initialise = async (
  binaries: PostgresBinaries,
  folder: string,
  guard: FolderGuard,
  account: Account | undefined,
): Promise<string> => {
  const data = join(folder, 'pgdata');
  const arguments_ = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '-N'];
  const options = { cwd: folder, ...(account ?? {}) };
  const initdb = async (locale: string): Promise<void> => {
    const running = run(binaries.initdb, [...arguments_, `--locale=${locale}`], options);
    guard.watch(running.child.pid ?? null);
    await running;
  };
  try {
    await initdb('C.UTF-8');
  } catch {
    await rm(data, { recursive: true, force: true });
    await initdb('C');
  }
  return data;
};

const settingsOf = (options: PostgresOptions): string[] => {
  const durability: Record<string, string> = options.durable ? {} : { fsync: 'off', full_page_writes: 'off' };
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: options.maxConnections ?? 200,
    ...durability,
    ...options.settings,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
};

/** Resolves when the server answers a query; throws with its log when it ended or took too long. */
const answers = async (server: Supervised, url: string): Promise<string> => {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    if (server.exited) throw new Error(`PostgreSQL ended at its start:\n${server.logTail()}`);
    try {
      const [row] = await queryOnce(url, 'SHOW server_version');
      return String(row?.server_version).split(' ')[0] ?? '';
    } catch (error) {
      if (Date.now() > deadline) {
        await server.end('SIGKILL');
        throw new Error(`PostgreSQL did not answer within ${START_LIMIT_MS} ms:\n${server.logTail()}`, {
          cause: error,
        });
      }
      await delay(30);
    }
  }
};

/**
 * Starts a PostgreSQL server of our own from binaries on this machine: free port on 127.0.0.1, data in a
 * temporary folder, no password, superuser `postgres`. As root it runs as the account `postgres`, else
 * `nobody`. It is ended by `close()`, and by a watchdog when this process dies without calling it.
 *
 * @throws Error when no binaries are found or the server does not start; the message says why
 */
export const startPostgres = async (options: PostgresOptions = {}): Promise<PostgresServer> => {
  const binaries = findPostgresBinaries();
  if (!binaries) throw new Error('no PostgreSQL binaries on PATH or in /usr/lib/postgresql');
  const account = serverAccount();
  const folder = await mkdtemp(join(temporaryRoot(account), 'socialkit-postgres-'));
  const guard = guardFolder(folder);
  const remove = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    guard.standDown();
  };
  const urlOf = (at: number): string => `postgres://postgres@127.0.0.1:${at}/postgres`;
  const spawnOn = async (data: string, at: number): Promise<{ server: Supervised; version: string }> => {
    const server = await supervise({
      command: binaries.postgres,
      args: ['-D', data, '-p', String(at), ...settingsOf(options)],
      folder,
      guard,
      logFile: join(folder, `server-${at}.log`),
      account,
    });
    return { server, version: await answers(server, urlOf(at)) };
  };
  const spawnPersistently = async (data: string, nextPort: () => Promise<number>) => {
    for (let attempt = 1; ; attempt++) {
      const at = await nextPort();
      try {
        return { at, ...(await spawnOn(data, at)) };
      } catch (error) {
        // A taken port, or backends of a killed postmaster that have not noticed yet.
        const passing = /could not bind|Address already in use|shared memory block|lock file/.test(
          String(error),
        );
        if (!passing || attempt === 20) throw error;
        await delay(100);
      }
    }
  };

  let data: string;
  let running: Awaited<ReturnType<typeof spawnPersistently>>;
  try {
    if (account) await chown(folder, account.uid, account.gid);
    data = await initialise(binaries, folder, guard, account);
    running = await spawnPersistently(data, freePort);
  } catch (error) {
    await remove();
    throw error;
  }
  const { at: port } = running;
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= (async () => {
      await running.server.end('SIGINT');
      await remove();
    })();
    return closed;
  };
  return {
    url: urlOf(port),
    port,
    version: running.version,
    get pid() {
      return running.server.pid;
    },
    createDatabase: (databaseOptions) => createDatabase(urlOf(port), databaseOptions),
    restart: async (mode = 'fast') => {
      await running.server.end(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      running = await spawnPersistently(data, async () => port);
    },
    kill: () => running.server.end('SIGKILL'),
    close,
    [Symbol.asyncDispose]: close,
  };
};
