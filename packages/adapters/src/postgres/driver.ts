import { SocialError } from '@socialkit/core';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type pg from 'pg';
import type { Database } from './database.js';
import { poisonsConnection, translateError } from './errors.js';

/** A compiled query that is sent as a named prepared statement; made by {@link sendNamed}. */
interface NamedQuery<R = unknown> extends CompiledQuery<R> {
  readonly statementName: string;
}

/** One acquisition of a pooled client. Dead after its release, so that nothing writes outside its transaction. */
interface Connection extends DatabaseConnection {
  readonly client: pg.PoolClient;
  poisoned: boolean;
  released: boolean;
}

const WRITES: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

function connect(client: pg.PoolClient): Connection {
  const connection: Connection = {
    client,
    poisoned: false,
    released: false,
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      if (connection.released)
        throw new SocialError('internal', 'storage.released', 'this connection has been given back');
      const { statementName: name } = query as Partial<NamedQuery>;
      const values = query.parameters as unknown[];
      try {
        const result = await client.query<R & pg.QueryResultRow>(
          name === undefined ? { text: query.sql, values } : { name, text: query.sql, values },
        );
        return WRITES.has(result.command)
          ? { numAffectedRows: BigInt(result.rowCount ?? 0), rows: result.rows }
          : { rows: result.rows ?? [] };
      } catch (error) {
        if (poisonsConnection(error)) connection.poisoned = true;
        throw translateError(error);
      }
    },
    streamQuery() {
      throw new SocialError('internal', 'storage.no_streams', 'read in keyset pages instead of streams');
    },
  };
  return connection;
}

const POOL = Symbol('pool');

/** Lets statements go straight to the pool below `db`: on the hot reads Kysely's way there is a sixth of the work. */
export const attachPool = (db: object, pool: pg.Pool): void => {
  Object.defineProperty(db, POOL, { value: pool });
};

/** The pool below a database; undefined for a transaction, whose statements belong on its one connection. */
export const poolBelow = (db: object): pg.Pool | undefined => (db as { [POOL]?: pg.Pool })[POOL];

/**
 * Sends one statement over a pool.
 * @throws storage.* as in `translateError`
 */
export const sendOver = (pool: pg.Pool, query: pg.QueryConfig): Promise<pg.QueryResult> =>
  new Promise((resolve, reject) => {
    pool.connect((refusal, client, release) => {
      if (refusal || !client) return reject(translateError(refusal));
      client.query(query, (error: Error | null, result: pg.QueryResult) => {
        if (error) {
          release(poisonsConnection(error));
          reject(translateError(error));
        } else {
          release();
          resolve(result);
        }
      });
    });
  });

/** What a statement sent by name gives. */
interface Sent<R> {
  readonly rows: readonly R[];
  readonly numAffectedRows?: bigint | number;
}

/**
 * Sends a compiled query by name: straight over the pool, or inside the transaction that `executor` is.
 * @throws storage.* as in `translateError`
 */
export async function sendNamed<R>(
  executor: Kysely<Database>,
  name: string,
  query: CompiledQuery<R>,
  parameters: readonly unknown[],
): Promise<Sent<R>> {
  const pool = poolBelow(executor);
  if (!pool) {
    const named: NamedQuery<R> = { ...query, parameters, statementName: name };
    return executor.executeQuery<R>(named);
  }
  const { rows, rowCount } = await sendOver(pool, {
    name,
    text: query.sql,
    values: parameters as unknown[],
  });
  return { rows: rows as R[], numAffectedRows: rowCount ?? 0 };
}

const run = async (connection: Connection, text: string): Promise<string> => {
  try {
    return (await connection.client.query(text)).command;
  } catch (error) {
    if (poisonsConnection(error)) connection.poisoned = true;
    throw translateError(error);
  }
};

/** Kysely's driver interface over a `pg.Pool`: named statements, translated errors, broken connections never reused. */
function createDriver(pool: pg.Pool): Driver {
  return {
    async init() {},
    async acquireConnection() {
      try {
        return connect(await pool.connect());
      } catch (error) {
        throw translateError(error);
      }
    },
    async beginTransaction(connection, settings: TransactionSettings) {
      const level = settings.isolationLevel ? ` ISOLATION LEVEL ${settings.isolationLevel}` : '';
      const mode = settings.accessMode ? ` ${settings.accessMode}` : '';
      await run(connection as Connection, `BEGIN${level}${mode}`);
    },
    async commitTransaction(connection) {
      // A transaction that an earlier error aborted answers COMMIT with a rollback.
      if ((await run(connection as Connection, 'COMMIT')) === 'ROLLBACK')
        throw new SocialError(
          'internal',
          'storage.aborted',
          'a statement failed, its error was swallowed, and the transaction was rolled back',
        );
    },
    async rollbackTransaction(connection) {
      // What failed before matters to the caller, not that the rollback failed too: the connection is given up.
      await run(connection as Connection, 'ROLLBACK').catch(() => {
        (connection as Connection).poisoned = true;
      });
    },
    async releaseConnection(connection) {
      const held = connection as Connection;
      if (held.released) return;
      held.released = true;
      held.client.release(held.poisoned);
    },
    async destroy() {},
  };
}

/** The dialect of every `Kysely<Database>` here. It does not end the pool. */
export const createDialect = (pool: pg.Pool): Dialect => ({
  createDriver: () => createDriver(pool),
  createQueryCompiler: () => new PostgresQueryCompiler(),
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (db) => new PostgresIntrospector(db),
});
