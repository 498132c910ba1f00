import { isSocialError, type SocialError } from '@socialkit/core';
import { describePostgres } from '@socialkit/test-services/vitest';
import { sql } from 'kysely';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkSchema, openPostgres, type Postgres, type PostgresOptions } from './connection.js';
import { sqlStateOf } from './errors.js';
import { defineStatement } from './statement.js';

const failure = async (work: Promise<unknown>): Promise<SocialError> => {
  const error = await work.then(
    () => undefined,
    (thrown) => thrown,
  );
  if (!isSocialError(error)) throw new Error(`expected a SocialError, got ${String(error)}`);
  return error;
};

describe('a schema name', () => {
  it('is plain, lower-case and short', () => {
    for (const good of ['socialkit', '_a', 'tenant_7']) expect(checkSchema(good)).toBe(good);
    for (const bad of ['', 'A', 'a-b', 'a"; DROP', 'pg_catalog', '7a', 'a'.repeat(42), 'ż'])
      expect(() => checkSchema(bad)).toThrow(TypeError);
  });
});

describePostgres('a PostgreSQL connection', (server) => {
  let url: string;
  const opened: Postgres[] = [];
  const open = (options: PostgresOptions = {}) => {
    const postgres = openPostgres({ url, schema: 'here', ...options });
    opened.push(postgres);
    return postgres;
  };
  beforeAll(async () => {
    url = await server.createDatabase();
    const { pool, close } = openPostgres({ url });
    await pool.query(
      'CREATE SCHEMA here; CREATE TABLE here.things (id int PRIMARY KEY, n int CHECK (n > 0))',
    );
    await pool.query('CREATE TABLE public.strangers (id int)');
    await close();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((postgres) => postgres.close()));
  });

  const run = ({ db }: Postgres, text: string) => sql.raw(text).execute(db);
  const count = async (postgres: Postgres) =>
    (await sql<{ n: number }>`SELECT count(*)::int AS n FROM things`.execute(postgres.db)).rows[0]?.n;

  it('sees its own schema and nothing of the host', async () => {
    const postgres = open();
    expect(await count(postgres)).toBe(0);
    expect(await failure(run(postgres, 'SELECT * FROM strangers'))).toMatchObject({
      code: 'storage.not_migrated',
      category: 'unavailable',
      retryable: false,
    });
    await run(postgres, 'SELECT * FROM public.strangers');
  });

  it('sets up every connection, also the ones that replace a broken one', async () => {
    const postgres = open({ pool: { max: 1 } });
    const settings = async () =>
      (
        await sql`SELECT current_schema() AS schema, current_setting('plan_cache_mode') AS plans,
          current_setting('statement_timeout') AS patience`.execute(postgres.db)
      ).rows[0];
    const expected = { schema: 'here', plans: 'force_generic_plan', patience: '5s' };
    expect(await settings()).toEqual(expected);
    const broken = await failure(run(postgres, 'SELECT pg_terminate_backend(pg_backend_pid())'));
    expect(broken).toMatchObject({ code: 'storage.unavailable', retryable: true });
    expect(await settings()).toEqual(expected);
  });

  it('lets no driver error through', async () => {
    const postgres = open();
    await run(postgres, 'INSERT INTO things VALUES (1, 1)');
    const cases: readonly [string, string, string][] = [
      ['INSERT INTO things VALUES (1, 1)', 'storage.duplicate', 'conflict'],
      ['INSERT INTO things VALUES (2, 0)', 'storage.constraint', 'conflict'],
      ['INSERT INTO things VALUES (99999999999, 1)', 'storage.invalid_value', 'validation'],
      ["SELECT E'\\\\x'::bytea, 'x'::int", 'storage.invalid_value', 'validation'],
      ['SELECT nonsense', 'storage.failed', 'internal'],
    ];
    for (const [text, code, category] of cases) {
      const error = await failure(run(postgres, text));
      expect(error).toMatchObject({ code, category });
      expect(error.message).not.toContain('things');
      expect(sqlStateOf(error)).toMatch(/^[0-9A-Z]{5}$/);
    }
    expect(await count(postgres)).toBe(1);
    await run(postgres, 'DELETE FROM things');
  });

  it('ends a statement that takes too long, and goes on', async () => {
    const postgres = open({ statementTimeoutMs: 1000 });
    expect(await failure(run(postgres, 'SELECT pg_sleep(30)'))).toMatchObject({
      code: 'storage.timeout',
      category: 'timeout',
    });
    expect(await count(postgres)).toBe(0);
  });

  it('refuses after a bounded wait when no connection becomes free', async () => {
    const postgres = open({ pool: { max: 1 }, connectionTimeoutMs: 2000 });
    await postgres.db.transaction().execute(async (tx) => {
      await sql`SELECT 1`.execute(tx);
      expect(await failure(count(postgres))).toMatchObject({ code: 'storage.busy', retryable: true });
    });
    expect(await count(postgres)).toBe(0);
  });

  it('is unavailable when nobody listens', async () => {
    const postgres = openPostgres({ url: 'postgres://127.0.0.1:1/none', connectionTimeoutMs: 500 });
    expect(await failure(count(postgres))).toMatchObject({
      code: 'storage.unavailable',
      category: 'unavailable',
    });
    await postgres.close();
  });

  it('rolls back and says so when a failed statement was swallowed', async () => {
    const postgres = open();
    const error = await failure(
      postgres.db.transaction().execute(async (tx) => {
        await sql`INSERT INTO things VALUES (1, 1)`.execute(tx);
        await sql`INSERT INTO things VALUES (1, 1)`.execute(tx).catch(() => {});
      }),
    );
    expect(error.code).toBe('storage.aborted');
    expect(await count(postgres)).toBe(0);
  });

  it('survives a connection that is cut inside a transaction', async () => {
    const postgres = open({ pool: { max: 1 } });
    const error = await failure(
      postgres.db.transaction().execute(async (tx) => {
        await sql`INSERT INTO things VALUES (1, 1)`.execute(tx);
        await sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(tx);
      }),
    );
    expect(error.code).toBe('storage.unavailable');
    expect(await count(postgres)).toBe(0);
  });

  it('survives an idle connection that is cut', async () => {
    const [postgres, other] = [open(), open()];
    await count(postgres);
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`.execute(other.db);
    expect(await count(other)).toBe(0);
    // The pool may hand the dead one out before it hears of its end.
    await count(postgres).catch(() => {});
    expect(await count(postgres)).toBe(0);
  });

  it('closes twice without complaint and refuses afterwards', async () => {
    const postgres = open();
    await postgres.close();
    await postgres.close();
    expect((await failure(count(postgres))).code).toBe('storage.unavailable');
  });

  it('prepares a statement once a connection, and by name', async () => {
    const postgres = open({ pool: { max: 1 } });
    const between = defineStatement({
      name: 'test.between',
      params: { lo: 'integer', hi: 'integer', ids: 'bigint[]', label: 'text?' },
      build: (_, { lo, hi, ids, label }) => sql<{ n: number; label: string | null }>`
        SELECT n::integer AS n, ${label} AS label FROM unnest(${ids}) AS n
        WHERE n BETWEEN ${lo} AND ${hi} AND n >= ${lo} AND n <> ${7} ORDER BY n`,
      sample: () => ({ lo: 1, hi: 2, ids: [], label: null }),
    });
    const values = { lo: 2, hi: 8, ids: ['1', 2n, 3, '7', '8', '9'], label: null };
    const expected = [2, 3, 8].map((n) => ({ n, label: null }));
    expect(await between.run(postgres.db, values)).toEqual(expected);
    expect(await postgres.db.transaction().execute((tx) => between.run(tx, values))).toEqual(expected);
    expect(await between.first(postgres.db, { ...values, lo: 3, label: 'ż' })).toEqual({ n: 3, label: 'ż' });
    const { rows } = await sql`SELECT name, generic_plans::int AS plans FROM pg_prepared_statements`.execute(
      postgres.db,
    );
    expect(rows).toEqual([{ name: 'test.between', plans: 3 }]);
    expect(() => defineStatement(between.definition)).toThrow('exists');
  });
});
