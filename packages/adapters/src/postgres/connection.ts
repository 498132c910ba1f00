import { type Logger, silentLogger } from '@socialkit/core';
import { Kysely } from 'kysely';
import pg from 'pg';
import type { Database } from './database.js';
import { attachPool, createDialect } from './driver.js';

/** Where the database is and how patient we are with it. */
export interface PostgresOptions {
  /** `postgres://…`; or give `pool`. */
  readonly url?: string;
  /** Settings for `pg.Pool`; they win over the url and over the defaults here. PGlite passes its `stream` and `max: 1`. */
  readonly pool?: pg.PoolConfig;
  /** The schema everything lives in; `[a-z_][a-z0-9_]*`. @default 'socialkit' */
  readonly schema?: string;
  /** Milliseconds a statement may run; 0 means for ever, for migrations and maintenance. @default 5000 */
  readonly statementTimeoutMs?: number;
  /** Milliseconds to wait for a free connection. @default 2000 */
  readonly connectionTimeoutMs?: number;
  /** @default discards */
  readonly logger?: Logger;
}

/** An open database. */
export interface Postgres {
  readonly db: Kysely<Database>;
  /** The pool below `db`; every connection of it has the schema as its search path. */
  readonly pool: pg.Pool;
  readonly schema: string;
  /** Ends the pool after the statements that run. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Used when no schema is named. */
export const DEFAULT_SCHEMA = 'socialkit';

const SCHEMA = /^[a-z_][a-z0-9_]{0,40}$/;

/** @throws TypeError unless the name is lower-case, plain and at most 41 characters */
export function checkSchema(schema: string): string {
  if (!SCHEMA.test(schema) || schema.startsWith('pg_'))
    throw new TypeError(`"${schema}" is not a schema name; use [a-z_][a-z0-9_]*, up to 41 characters`);
  return schema;
}

/**
 * What every connection starts with.
 *
 * The search path names one schema only: with `public` behind it, a missing table of ours would silently become
 * the host's table of the same name. Generic plans, because the planner never picks them by itself on partitioned
 * tables although they cost a tenth; every statement here is written for them (see the EXPLAIN check). JIT compiles for
 * a cost that pruned partitions never have.
 */
const setup = (schema: string, statementTimeoutMs: number): string =>
  [
    `SET search_path TO "${schema}"`,
    'SET plan_cache_mode TO force_generic_plan',
    'SET jit TO off',
    `SET statement_timeout TO ${statementTimeoutMs}`,
    `SET idle_in_transaction_session_timeout TO ${statementTimeoutMs === 0 ? 0 : 30_000}`,
  ].join('; ');

/**
 * Opens a pool and checks nothing: the first statement connects. Errors of idle clients are logged, never thrown.
 *
 * @throws TypeError for a schema name that is not plain
 */
export function openPostgres(options: PostgresOptions): Postgres {
  const schema = checkSchema(options.schema ?? DEFAULT_SCHEMA);
  const statementTimeoutMs = options.statementTimeoutMs ?? 5000;
  const logger = options.logger ?? silentLogger;
  const greeting = setup(schema, statementTimeoutMs);
  const pool = new pg.Pool({
    ...(options.url === undefined ? {} : { connectionString: options.url }),
    application_name: 'socialkit',
    connectionTimeoutMillis: options.connectionTimeoutMs ?? 2000,
    // Catches a server that stopped answering; one that answers ends the statement by itself earlier.
    ...(statementTimeoutMs === 0 ? {} : { query_timeout: statementTimeoutMs + 1000 }),
    keepAlive: true,
    ...options.pool,
    verify: (client, done) => {
      // A client that breaks while it is lent out emits too, and an event nobody hears ends the process.
      client.on('error', () => {});
      client.query(greeting).then(() => done(), done);
    },
  });
  pool.on('error', (error) => logger.warn({ err: error }, 'an idle database connection broke'));
  const db = new Kysely<Database>({ dialect: createDialect(pool) });
  attachPool(db, pool);
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= pool.end();
    return closed;
  };
  return { db, pool, schema, close, [Symbol.asyncDispose]: close };
}
