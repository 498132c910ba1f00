import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Options of {@link createDatabase}. */
export interface CreateDatabaseOptions {
  /** Database to copy, for example one that is already migrated; nobody may be connected to it. */
  readonly template?: string;
  /** Start of the new database's name, `[a-z0-9_]`. @default 'socialkit_test_' */
  readonly prefix?: string;
}

/** Start of the name of every database made here. */
export const DATABASE_PREFIX = 'socialkit_test_';

const run = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A server that dies meanwhile fails the statement; the event would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** The same server's URL with another database in its path. */
export const withDatabase = (url: string, database: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
};

/** Runs one statement on `url` and returns its rows. */
export const queryOnce = (
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> => run(url, async (client) => (await client.query(text, values)).rows);

/**
 * Makes an empty database with a name of its own on the server of `url`, whose role must be allowed to.
 *
 * @returns the URL of the new database
 */
export const createDatabase = async (url: string, options: CreateDatabaseOptions = {}): Promise<string> => {
  const name = `${options.prefix ?? DATABASE_PREFIX}${randomBytes(6).toString('hex')}`;
  const template = options.template === undefined ? '' : ` TEMPLATE ${pg.escapeIdentifier(options.template)}`;
  await queryOnce(url, `CREATE DATABASE ${pg.escapeIdentifier(name)}${template}`);
  return withDatabase(url, name);
};

/** Drops the databases of the server of `url` whose names start with `prefix`, connected clients included. */
export const dropDatabases = async (url: string, prefix: string): Promise<void> => {
  if (!prefix.startsWith(DATABASE_PREFIX))
    throw new Error(`"${prefix}" does not start with ${DATABASE_PREFIX}`);
  await run(url, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [prefix],
    );
    for (const { datname } of rows) {
      await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(datname)} WITH (FORCE)`);
    }
  });
};
