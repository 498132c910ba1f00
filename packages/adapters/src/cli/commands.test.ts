import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describePostgres, describeRedis } from '@socialkit/test-services/vitest';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres, type Postgres } from '../postgres/connection.js';
import { transactionsCheck } from '../postgres/health-checks.js';
import { runCommand } from './commands.js';
import { aligned, plain } from './terminal.js';

const run = async (args: readonly string[], env: Record<string, string> = {}) => {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommand(args, {
    env,
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
};

describe('the command line', () => {
  it('explains itself, and refuses what it does not know', async () => {
    expect(await run(['help'])).toMatchObject({ code: 0, out: expect.stringContaining('socialkit migrate') });
    expect((await run([])).code).toBe(2);
    expect((await run(['migrate', '--help'])).code).toBe(0);
    for (const args of [
      ['frobnicate'],
      ['constructor'],
      ['jobs'],
      ['jobs', 'kill'],
      ['migrate', '--nope'],
      ['doctor', 'x'],
    ]) {
      const result = await run(args, { DATABASE_URL: 'postgres://127.0.0.1:1/none' });
      expect(result.code, args.join(' ')).toBe(2);
      expect(result.err).not.toBe('');
    }
  });

  it('wants to know the database', async () => {
    expect(await run(['migrate'])).toMatchObject({ code: 2, err: expect.stringContaining('--url') });
  });

  it('says what went wrong, without the password', async () => {
    const url = 'postgres://someone:geheim@127.0.0.1:1/none';
    const migrate = await run(['migrate', '--url', url]);
    expect(migrate).toMatchObject({ code: 3, err: expect.stringContaining('storage.unavailable') });
    const doctor = await run(['doctor', '--url', url]);
    expect(doctor).toMatchObject({ code: 1, out: expect.stringMatching(/fail +connection/) });
    expect(JSON.stringify([migrate, doctor])).not.toContain('geheim');
  });

  it('prints columns, and nothing that moves the cursor', () => {
    expect(
      aligned([
        ['a', 'bb', 'c'],
        ['aaa', 'b', 'cc'],
      ]),
    ).toEqual(['a    bb  c', 'aaa  b   cc']);
    expect(plain('\u001b[31mred\u001b[0m\nline\u202e')).toBe('[31mred [0m line');
    expect(plain('x'.repeat(300))).toHaveLength(200);
  });
});

describePostgres('the commands on a server', (server) => {
  let url: string;
  let postgres: Postgres;
  beforeAll(async () => {
    url = await server.createDatabase();
    postgres = openPostgres({ url, schema: 'ops' });
  });
  afterAll(() => postgres.close());
  const on = (...args: string[]) => run([...args, '--url', url, '--schema', 'ops']);

  it('find a database without tables, make them, and find them', async () => {
    const before = await on('doctor');
    expect(before).toMatchObject({ code: 1, out: expect.stringMatching(/fail +migrations +\d+ pending/) });
    const migrated = await on('migrate');
    expect(migrated).toMatchObject({ code: 0, out: expect.stringContaining('applied  0001_kernel') });
    expect(await on('migrate')).toMatchObject({ code: 0, out: expect.stringMatching(/^up to date/) });
    const after = await run(['doctor'], { DATABASE_URL: url, SOCIALKIT_SCHEMA: 'ops' });
    expect(after.code).toBe(0);
    for (const check of ['connection', 'version', 'clock', 'partitions', 'transactions', 'nodes'])
      expect(after.out).toMatch(new RegExp(`ok +${check}`));
  });

  it('list dead jobs, replay some and all, and say when there is none', async () => {
    await sql`INSERT INTO jobs (queue, payload, run_at, attempts, max_attempts, dead_at, last_error)
      SELECT CASE WHEN n <= 3 THEN 'mail' ELSE 'push' END, jsonb_build_object('n', n), 1, 12, 12, 1767268800000 + n,
        E'boom\\x1b[31m ' || n FROM generate_series(1, 6) AS n`.execute(postgres.db);
    const listed = await on('jobs', 'dead');
    expect(listed.code).toBe(0);
    const lines = listed.out.split('\n');
    expect(lines).toHaveLength(7);
    expect(lines[1]).toMatch(/^\d+ +push +2026-01-01T12:00:00.006Z +12 +boom \[31m 6$/);
    expect((await on('jobs', 'dead', '--queue', 'mail', '--limit', '2')).out.split('\n')).toHaveLength(3);
    const json = (await on('jobs', 'dead', '--queue', 'mail', '--json')).out.split('\n');
    const ids = json.map((line) => JSON.parse(line).id as string);
    expect(ids).toHaveLength(3);
    expect(await on('doctor')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/warn +dead letters +mail 3, push 3/),
    });
    expect((await on('doctor', '--strict')).code).toBe(1);

    expect((await on('jobs', 'replay')).code).toBe(2);
    expect((await on('jobs', 'replay', 'one')).code).toBe(2);
    expect((await on('jobs', 'replay', '1', '--all')).code).toBe(2);
    expect((await on('jobs', 'dead', '--limit', '0')).code).toBe(2);
    expect(await on('jobs', 'replay', ids[0] ?? '', '999999')).toMatchObject({
      code: 1,
      out: '1 job lives again',
    });
    expect(await on('jobs', 'replay', '--all', '--queue', 'mail')).toMatchObject({
      code: 0,
      out: '2 jobs live again',
    });
    expect(await on('jobs', 'replay', '--all')).toMatchObject({ code: 0, out: '3 jobs live again' });
    expect((await on('jobs', 'dead')).out).toBe('no dead jobs');
    expect((await on('doctor')).out).toMatch(/ok +jobs due +6 waiting/);
    await sql`UPDATE jobs SET run_at = run_at - 600000 WHERE queue = 'mail'`.execute(postgres.db);
    expect((await on('doctor')).out).toMatch(/warn +jobs due +6 waiting, mail for 10 min/);
  });

  it('find missing partitions and detached months', async () => {
    const { rows } = await sql<{ name: string }>`
      SELECT max(relname) AS name FROM pg_class WHERE relname ~ '^events_\\d{4}_\\d{2}$'`.execute(
      postgres.db,
    );
    const last = rows[0]?.name ?? '';
    await sql`ALTER TABLE events DETACH PARTITION ${sql.table(last)}`.execute(postgres.db);
    const result = await on('doctor');
    expect(result.out).toMatch(new RegExp(`warn +partitions +not all made ahead \\(${last}\\)`));
    expect(result.out).toMatch(new RegExp(`ok +old events +detached: ${last}`));
    expect((await on('migrate')).out).toContain('made     1 partitions');
    expect((await on('doctor')).out).toMatch(/ok +partitions/);
  });

  it('find a transaction that somebody left open', async () => {
    const [never, now] = [transactionsCheck(5), transactionsCheck(0)];
    await postgres.db.transaction().execute(async (tx) => {
      await sql`SELECT 1`.execute(tx);
      expect(await never.run(postgres)).toMatchObject({ state: 'ok' });
      expect(await now.run(postgres)).toMatchObject({
        state: 'warn',
        detail: expect.stringMatching(/process \d+ \(socialkit, idle in transaction\)/),
      });
    });
  });
});

describe('the commands on the embedded database', () => {
  it('work on its folder', async () => {
    const data = await mkdtemp(join(tmpdir(), 'socialkit-cli-'));
    try {
      expect(await run(['migrate', '--data', join(data, 'db')])).toMatchObject({ code: 0 });
      const doctor = await run(['doctor', '--data', join(data, 'db'), '--json']);
      expect(doctor.code).toBe(0);
      const findings = doctor.out.split('\n').map((line) => JSON.parse(line));
      expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  });
});

describeRedis('the doctor', (redis) => {
  describePostgres('with Redis', (server) => {
    it('says whether Redis answers', async () => {
      const url = await server.createDatabase();
      const good = await run(['doctor', '--url', url, '--redis', redis.url]);
      expect(good.out).toMatch(/ok +redis +Redis \d/);
      const bad = await run(['doctor', '--url', url], { SOCIALKIT_REDIS_URL: 'redis://127.0.0.1:1' });
      expect(bad).toMatchObject({ code: 1, out: expect.stringMatching(/fail +redis +redis\.unavailable/) });
    });
  });
});
