import { mkdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Extensions, PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { SocialError } from '@socialkit/core';
import pg from 'pg';
import { connectionFailure, createEngine } from './engine.js';
import { type FolderLock, lockFolder } from './folder-lock.js';
import { simpleQuery } from './messages.js';
import { createEngineStream, type EngineStream } from './stream.js';

/** Options of {@link openPglite}. */
export interface PgliteOptions {
  /**
   * Folder that keeps the data, made when it is missing. Only one process can have it open.
   *
   * @default in memory: the data ends with the database
   */
  readonly dataDir?: string;
  /**
   * A dump made by {@link Pglite.dump}, or a path to one, to start from instead of an empty database:
   * about 0.3 s instead of more than one. The data folder must then be empty.
   */
  readonly loadDataDir?: Uint8Array | Blob | string | URL;
  /** Extensions of PGlite to load besides `pg_trgm` and `unaccent`; `CREATE EXTENSION` is still needed. */
  readonly extensions?: Extensions;
  /** Server settings, for example `{ plan_cache_mode: 'force_generic_plan' }`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /**
   * Milliseconds that a query or `pool.connect()` waits for the one connection before it fails. Using the
   * pool inside one's own transaction always waits that long, and is a bug.
   *
   * @default 5000
   */
  readonly connectionTimeoutMillis?: number;
  /** Called with the errors of idle connections, which `pg` reports only as events. @default ignored */
  readonly onError?: (error: Error) => void;
}

/** A PostgreSQL database inside this process. */
export interface Pglite {
  /**
   * An ordinary `pg.Pool` of one connection: same type parsers, named statements, cursors, LISTEN and
   * errors as with a server. Not there: COPY FROM STDIN, `statement_timeout`, and more than one session.
   */
  readonly pool: pg.Pool;
  /**
   * What `pool` is made with, for code that makes its own `pg.Pool`. Use one pool only: a second one
   * waits until the first has ended its connection.
   */
  readonly poolConfig: Readonly<pg.PoolConfig>;
  /** Absolute path of the data folder; null in memory. */
  readonly dataDir: string | null;
  /**
   * A tar archive of the whole database for `loadDataDir`, taken between two transactions.
   *
   * @throws Error with code `25001` when a transaction stays open for `connectionTimeoutMillis`
   */
  dump(): Promise<Uint8Array>;
  /**
   * Lets open transactions and clients that are checked out finish for up to `graceMs`, then ends every
   * connection, `pool`, the engine and the claim on the folder. Safe to call twice.
   *
   * @param graceMs default 5000
   */
  close(graceMs?: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 5_000;

const toBlob = async (source: NonNullable<PgliteOptions['loadDataDir']>): Promise<Blob> => {
  if (source instanceof Blob) return source;
  return new Blob([source instanceof Uint8Array ? source : await readFile(source)]);
};

const startParameters = (settings: NonNullable<PgliteOptions['settings']>): string[] => [
  ...PGlite.defaultStartParams,
  ...Object.entries(settings).flatMap(([name, value]) => {
    if (!/^[a-z_][a-z0-9_.]*$/i.test(name)) throw new TypeError(`"${name}" is not the name of a setting`);
    return ['-c', `${name}=${value}`];
  }),
];

/** The settings that a server reports to a client at the start of a session. */
const REPORTED = [
  'client_encoding',
  'datestyle',
  'integer_datetimes',
  'intervalstyle',
  'server_encoding',
  'server_version',
  'standard_conforming_strings',
  'timezone',
];

const reportedSettings = async (lite: PGlite): Promise<Record<string, string>> => {
  const { rows } = await lite.query<{ name: string; setting: string }>(
    'SELECT name, setting FROM pg_settings WHERE lower(name) = ANY($1)',
    [REPORTED],
  );
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
};

const start = async (options: PgliteOptions, dataDir: string | null): Promise<PGlite> => {
  const lite = new PGlite({
    ...(dataDir === null ? {} : { dataDir }),
    ...(options.loadDataDir === undefined ? {} : { loadDataDir: await toBlob(options.loadDataDir) }),
    extensions: { pg_trgm, unaccent, ...options.extensions },
    startParams: startParameters(options.settings ?? {}),
  });
  try {
    await lite.waitReady;
    return lite;
  } catch (error) {
    if (!String(error).includes('Database already exists')) throw error;
    const message = `The data folder ${dataDir} already holds a database; a dump is loaded only into an empty one.`;
    throw new SocialError('conflict', 'database.exists', message, { cause: error });
  }
};

/** The engine and its settings, with the folder claimed; nothing stays claimed when it fails. */
const startLocked = async (options: PgliteOptions, dataDir: string | null) => {
  let lock: FolderLock | undefined;
  if (dataDir !== null) lock = await lockFolder(dataDir);
  try {
    if (dataDir !== null) await mkdir(dataDir, { recursive: true });
    const lite = await start(options, dataDir);
    return { lite, lock, settings: await reportedSettings(lite) };
  } catch (error) {
    await lock?.release();
    throw error;
  }
};

/**
 * Opens the embedded PostgreSQL (PGlite) behind a `pg.Pool`. Every new connection of the pool starts from
 * a clean session: an abandoned transaction is rolled back, statements and settings are discarded.
 *
 * It runs on the thread that calls it, with one connection and without fsync: a crash of the machine may
 * lose data. For development, tests and small installations; never more than one process on one folder.
 *
 * @throws SocialError `database.in_use` when the folder is open elsewhere, `database.exists` when a dump
 * is to be loaded into a folder that holds a database
 */
export const openPglite = async (options: PgliteOptions = {}): Promise<Pglite> => {
  const dataDir = options.dataDir === undefined ? null : resolve(options.dataDir);
  const connectionTimeoutMillis = options.connectionTimeoutMillis ?? DEFAULT_TIMEOUT_MS;
  const { lite, lock, settings } = await startLocked(options, dataDir);
  const engine = createEngine(lite, settings);
  const streams = new Set<EngineStream>();
  const poolConfig: pg.PoolConfig = {
    // Nothing of these leaves the process; they keep `pg` from looking into the environment.
    host: 'embedded',
    port: 5432,
    user: 'postgres',
    database: 'postgres',
    password: '',
    ssl: false,
    max: 1,
    // There is no socket to free, and a session that stays keeps its prepared statements.
    idleTimeoutMillis: 0,
    connectionTimeoutMillis,
    stream: () => {
      const stream = createEngineStream(engine);
      streams.add(stream);
      stream.once('close', () => streams.delete(stream));
      return stream;
    },
  };
  const pool = new pg.Pool(poolConfig);
  pool.on('error', (error) => options.onError?.(error));
  // The pool does not listen while a client is checked out, and an unheard error would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));

  const endConnections = async (graceMs: number): Promise<void> => {
    if (!pool.ending) pool.end().catch(() => {});
    const deadline = Date.now() + graceMs;
    const busy = (): boolean => pool.totalCount > 0 || engine.inTransaction;
    while (busy() && Date.now() < deadline) await new Promise((done) => setTimeout(done, 5));
    const reason = connectionFailure('the embedded database was closed');
    engine.stop(reason);
    for (const stream of streams) stream.destroy(reason);
  };

  let closed: Promise<void> | undefined;
  const close = (graceMs = DEFAULT_TIMEOUT_MS): Promise<void> => {
    closed ??= (async () => {
      try {
        await endConnections(graceMs);
        await lite.close();
      } finally {
        await lock?.release();
      }
    })();
    return closed;
  };

  return {
    pool,
    poolConfig,
    dataDir,
    dump: () =>
      engine.betweenTransactions(connectionTimeoutMillis, async (execute) => {
        await execute(simpleQuery('CHECKPOINT'));
        const archive = await lite.dumpDataDir('none');
        return new Uint8Array(await archive.arrayBuffer());
      }),
    close,
    [Symbol.asyncDispose]: () => close(),
  };
};
