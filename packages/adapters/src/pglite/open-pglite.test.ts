import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSocialError } from '@socialkit/core';
import { startProgram } from '@socialkit/test-services';
import pg from 'pg';
import Cursor from 'pg-cursor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPglite, type Pglite } from './open-pglite.js';

const folders: string[] = [];
const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'socialkit-pglite-'));
  folders.push(folder);
  return folder;
};

let dump: Uint8Array;
let shared: Pglite;

beforeAll(async () => {
  await using first = await openPglite();
  await first.pool.query('CREATE TABLE words (id int PRIMARY KEY, word text)');
  await first.pool.query("INSERT INTO words VALUES (1, 'one')");
  dump = await first.dump();
  shared = await openPglite({ loadDataDir: dump, connectionTimeoutMillis: 3000 });
});

afterAll(async () => {
  await shared.close();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

const one = async (text: string, values: unknown[] = []): Promise<unknown> => {
  const { rows } = await shared.pool.query<{ value: unknown }>(text, values);
  return rows[0]?.value;
};

describe('queries through the pool', () => {
  it('answers each query with its own rows while every other one fails', async () => {
    // A database of its own: four hundred queries wait for one connection, longer than the impatient one would.
    await using patient = await openPglite({ loadDataDir: dump, connectionTimeoutMillis: 60_000 });
    const ask = async (text: string, value: unknown) =>
      (await patient.pool.query<{ value: unknown }>(text, [value])).rows[0]?.value;
    const answers = await Promise.allSettled(
      Array.from({ length: 400 }, (_, index) =>
        index % 2 === 0
          ? ask('SELECT $1::int AS value', index)
          : ask(index % 4 === 1 ? 'INSERT INTO words VALUES (1, $1)' : 'SELECT nowhere, $1', 'x'),
      ),
    );
    for (const [index, answer] of answers.entries()) {
      if (index % 2 === 0) expect(answer).toEqual({ status: 'fulfilled', value: index });
      else expect(answer).toMatchObject({ reason: { code: index % 4 === 1 ? '23505' : '42703' } });
    }
  });

  it('reports errors as a server does', async () => {
    const error = await shared.pool.query("INSERT INTO words VALUES (1, 'again')").catch((reason) => reason);
    expect(error).toBeInstanceOf(pg.DatabaseError);
    expect(error).toMatchObject({ code: '23505', constraint: 'words_pkey', table: 'words' });
  });

  it('parses numbers, bytes, times, arrays and JSON like a server connection', async () => {
    const { rows } = await shared.pool.query(
      `SELECT 9007199254740993::int8 AS int8, 1.10::numeric AS numeric, 7::int4 AS int4, 1.5::float8 AS float8,
              '\\x00ff'::bytea AS bytea, ARRAY[1, 2]::int8[] AS int8s, '{"a":[1]}'::jsonb AS jsonb, true AS bool,
              '2026-01-02T03:04:05.006Z'::timestamptz AS at, NULL AS nothing`,
    );
    expect(rows[0]).toEqual({
      int8: '9007199254740993',
      numeric: '1.10',
      int4: 7,
      float8: 1.5,
      bytea: Buffer.from([0, 255]),
      int8s: ['1', '2'],
      jsonb: { a: [1] },
      bool: true,
      at: new Date('2026-01-02T03:04:05.006Z'),
      nothing: null,
    });
  });

  it('takes several statements in one call, large parameters and large results', async () => {
    const results = (await shared.pool.query('SELECT 1 AS a; SELECT 2 AS b')) as unknown as pg.QueryResult[];
    expect(results.map(({ rows }) => rows)).toEqual([[{ a: 1 }], [{ b: 2 }]]);
    const large = 'ä'.repeat(2_000_000);
    expect(await one('SELECT length($1) AS value', [large])).toBe(2_000_000);
    expect(await one('SELECT $1::text AS value', [large])).toBe(large);
    const { rows } = await shared.pool.query('SELECT generate_series(1, 50000)::text AS n');
    expect([rows.length, rows[49_999]]).toEqual([50_000, { n: '50000' }]);
  });

  it('lets timers run while queries follow each other', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    while (ticks < 5) await shared.pool.query('SELECT 1');
    clearInterval(timer);
  });

  it('refuses rows from a client with an error, and goes on', async () => {
    await expect(shared.pool.query('COPY words FROM STDIN')).rejects.toMatchObject({ code: '57014' });
    expect(await one('SELECT count(*)::int AS value FROM words')).toBe(1);
  });

  it('has pg_trgm and unaccent, and settings given at the start hold in every session', async () => {
    await using other = await openPglite({
      loadDataDir: dump,
      settings: { plan_cache_mode: 'force_generic_plan' },
    });
    await other.pool.query('CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent');
    const { rows } = await other.pool.query(
      "SELECT unaccent('Ål') AS u, similarity('abc', 'abd') > 0 AS s, current_setting('plan_cache_mode') AS mode",
    );
    expect(rows).toEqual([{ u: 'Al', s: true, mode: 'force_generic_plan' }]);
  });
});

describe('sessions', () => {
  it('shows a new client nothing of a client released as broken', async () => {
    const client = await shared.pool.connect();
    await client.query('BEGIN');
    await client.query("INSERT INTO words VALUES (2, 'two')");
    await client.query('CREATE TEMPORARY TABLE mine (id int)');
    await client.query("SET work_mem TO '77MB'");
    client.release(true);
    expect(await one('SELECT count(*)::int AS value FROM words')).toBe(1);
    expect(await one("SELECT to_regclass('mine') AS value")).toBe(null);
    expect(await one("SELECT current_setting('work_mem') AS value")).not.toBe('77MB');
  });

  it('keeps the session of a client that is released whole', async () => {
    const client = await shared.pool.connect();
    await client.query("SET work_mem TO '33MB'");
    client.release();
    expect(await one("SELECT current_setting('work_mem') AS value")).toBe('33MB');
    await shared.pool.query('RESET work_mem');
  });

  it('undoes the transaction of a client that is destroyed in the middle of a query', async () => {
    const client = await shared.pool.connect();
    await client.query('BEGIN');
    await client.query("INSERT INTO words VALUES (3, 'three')");
    const lost = client.query('SELECT pg_sleep(0.05)').catch((error: Error) => error);
    client.release(new Error('gave up'));
    expect(await lost).toBeInstanceOf(Error);
    expect(await one('SELECT count(*)::int AS value FROM words')).toBe(1);
  });

  it('undoes a series of messages that its client left without a Sync', async () => {
    const client = await shared.pool.connect();
    const cursor = client.query(
      new Cursor("INSERT INTO words SELECT n, 'many' FROM generate_series(10, 20) AS n RETURNING id"),
    );
    expect(await cursor.read(2)).toEqual([{ id: 10 }, { id: 11 }]);
    client.release(true);
    expect(await one('SELECT count(*)::int AS value FROM words')).toBe(1);
  });

  it('serves a thousand abandoned clients one after the other', async () => {
    for (let round = 0; round < 1000; round++) {
      const client = await shared.pool.connect();
      await client.query('BEGIN');
      await client.query({
        name: `read-${round % 3}`,
        text: 'SELECT id FROM words WHERE id = $1',
        values: [1],
      });
      if (round % 2 === 0) await client.query('SELECT nowhere').catch(() => {});
      client.release(round % 5 !== 0 || new Error('broken'));
    }
    expect(await one('SELECT count(*)::int AS value FROM words')).toBe(1);
    expect(shared.pool.totalCount).toBe(1);
  });

  it('prepares named statements once a session, and again in the next', async () => {
    const named = { name: 'word-by-id', text: 'SELECT word AS value FROM words WHERE id = $1', values: [1] };
    const prepared = "SELECT count(*)::int AS value FROM pg_prepared_statements WHERE name = 'word-by-id'";
    for (let session = 0; session < 2; session++) {
      const client = await shared.pool.connect();
      for (let call = 0; call < 3; call++)
        expect((await client.query(named)).rows).toEqual([{ value: 'one' }]);
      expect((await client.query(prepared)).rows).toEqual([{ value: 1 }]);
      client.release(true);
      expect(await one(prepared)).toBe(0);
    }
  });

  it('streams with a cursor', async () => {
    const client = await shared.pool.connect();
    const cursor = client.query(new Cursor('SELECT generate_series(1, 2500) AS n'));
    const sizes: number[] = [];
    for (let rows = await cursor.read(1000); rows.length > 0; rows = await cursor.read(1000))
      sizes.push(rows.length);
    await cursor.close();
    client.release();
    expect(sizes).toEqual([1000, 1000, 500]);
  });

  it('hears notifications on the connection that listens', async () => {
    const client = await shared.pool.connect();
    const heard: (string | undefined)[] = [];
    client.on('notification', ({ payload }) => heard.push(payload));
    await client.query('LISTEN news');
    await client.query("NOTIFY news, 'posted'");
    client.release(true);
    expect(heard).toEqual(['posted']);
  });

  it('ends the session of a client that does not speak the protocol, and no other', async () => {
    for (const bytes of ['y\0\0\0\x04', '\xff\xff\xff\xff\xff\xff', 'Q\0\0\0\0']) {
      const stream = shared.poolConfig.stream?.();
      if (!stream) throw new Error('no stream');
      const closed = new Promise((resolve) => stream.once('close', resolve));
      stream.on('error', () => {});
      (await shared.pool.connect()).release(true);
      stream.write(Buffer.from('\0\0\0\x08\0\x03\0\0', 'latin1'));
      stream.write(Buffer.from(bytes, 'latin1'));
      await closed;
      expect(await one('SELECT 1 AS value')).toBe(1);
    }
  });

  it('fails the use of the pool inside a transaction, and nothing after it', async () => {
    const client = await shared.pool.connect();
    await client.query('BEGIN');
    await expect(shared.pool.query('SELECT 1')).rejects.toThrow(/timeout exceeded/);
    await client.query('COMMIT');
    client.release();
    expect(await one('SELECT 1 AS value')).toBe(1);
  });

  it('lets a second pool in when the first has ended its connection', async () => {
    const second = new pg.Pool({ ...shared.poolConfig });
    await shared.pool.query('SELECT 1');
    await expect(second.query('SELECT 1')).rejects.toThrow(/timeout/);
    (await shared.pool.connect()).release(true);
    expect((await second.query('SELECT 1 AS value')).rows).toEqual([{ value: 1 }]);
    await second.end();
    expect(await one('SELECT 1 AS value')).toBe(1);
  });
});

describe('dumps', () => {
  it('waits for the open transaction and leaves sessions as they are', async () => {
    const client = await shared.pool.connect();
    await client.query('BEGIN');
    await client.query("INSERT INTO words VALUES (50, 'fifty')");
    const dumped = shared.dump();
    await client.query('COMMIT');
    await using copy = await openPglite({ loadDataDir: await dumped });
    expect((await copy.pool.query('SELECT count(*)::int AS n FROM words')).rows).toEqual([{ n: 2 }]);
    await client.query('DELETE FROM words WHERE id = 50');
    client.release();
  });

  it('gives up when a transaction stays open', async () => {
    const client = await shared.pool.connect();
    await client.query('BEGIN');
    await expect(shared.dump()).rejects.toMatchObject({ code: '25001' });
    await client.query('COMMIT');
    client.release();
    expect((await shared.dump()).length).toBeGreaterThan(1_000_000);
  });

  it('loads a file into an empty folder, and refuses one that holds a database', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'dump.tar');
    await writeFile(file, dump);
    const dataDir = join(folder, 'data');
    await using loaded = await openPglite({ dataDir, loadDataDir: file });
    expect((await loaded.pool.query('SELECT word FROM words')).rows).toEqual([{ word: 'one' }]);
    await loaded.close();
    await expect(openPglite({ dataDir, loadDataDir: file })).rejects.toMatchObject({
      code: 'database.exists',
    });
    await using again = await openPglite({ dataDir });
    expect((await again.pool.query('SELECT word FROM words')).rows).toEqual([{ word: 'one' }]);
  });
});

describe('closing', () => {
  it('waits for clients that are checked out, then ends the others for good', async () => {
    const lite = await openPglite({ loadDataDir: dump });
    const client = await lite.pool.connect();
    await client.query('BEGIN');
    const closed = lite.close();
    await client.query("INSERT INTO words VALUES (2, 'two')");
    await client.query('COMMIT');
    client.release();
    await closed;
    await lite.close();
    await expect(lite.pool.query('SELECT 1')).rejects.toThrow(/end on the pool/);
  });

  it('does not wait for ever for a client that is never released', async () => {
    const lite = await openPglite({ loadDataDir: dump });
    const client = await lite.pool.connect();
    await client.query('BEGIN');
    await lite.close(50);
    await expect(client.query('SELECT 1')).rejects.toThrow();
  });

  it('fails connections of every pool once it is closed', async () => {
    const lite = await openPglite({ loadDataDir: dump });
    const second = new pg.Pool({ ...lite.poolConfig });
    second.on('error', () => {});
    await second.query('SELECT 1');
    await lite.close();
    await expect(second.query('SELECT 1')).rejects.toMatchObject({ code: '08006' });
    await second.end();
  });

  it('lets the process end, with the data kept', async () => {
    const dataDir = join(await temporaryFolder(), 'data');
    await using program = startProgram(new URL('./open-pglite.program.ts', import.meta.url), {
      args: [dataDir, 'close'],
    });
    expect(await program.receive()).toEqual([{ word: 'kept' }]);
    expect(await program.ended).toEqual({ code: 0, signal: null });
    await using again = await openPglite({ dataDir });
    expect((await again.pool.query('SELECT word FROM words')).rows).toEqual([{ word: 'kept' }]);
  });
});

describe('the data folder', () => {
  it('keeps data, and is open in one place at a time', async () => {
    const dataDir = join(await temporaryFolder(), 'data');
    const first = await openPglite({ dataDir });
    expect(first.dataDir).toBe(dataDir);
    const refused = await openPglite({ dataDir }).catch((error: unknown) => error);
    expect(isSocialError(refused) && refused.code).toBe('database.in_use');
    expect(String(refused)).toContain(`process ${process.pid}`);
    await first.pool.query('CREATE TABLE words (word text)');
    await first.pool.query("INSERT INTO words VALUES ('kept')");
    await first.close();
    expect(existsSync(`${dataDir}.lock`)).toBe(false);
    await using second = await openPglite({ dataDir });
    expect((await second.pool.query('SELECT word FROM words')).rows).toEqual([{ word: 'kept' }]);
  });

  it('is refused to a second process with a message that says how to mend it, and free when that one is killed', async () => {
    const dataDir = join(await temporaryFolder(), 'data');
    const program = startProgram(new URL('./open-pglite.program.ts', import.meta.url), {
      args: [dataDir, 'stay'],
    });
    await program.receive();
    const refused = await openPglite({ dataDir }).catch((error: Error) => error);
    expect(refused).toMatchObject({ code: 'database.in_use', category: 'unavailable', retryable: false });
    expect(String(refused)).toContain(`process ${program.pid}`);
    expect(String(refused)).toContain(`delete ${dataDir}.lock`);
    await program.kill();
    await using second = await openPglite({ dataDir });
    expect((await second.pool.query('SELECT word FROM words')).rows).toEqual([{ word: 'kept' }]);
  });
});
