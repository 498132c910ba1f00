import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, Redis } from 'ioredis';
import { describe, expect, it, vi } from 'vitest';
import { findRedis, findRedisCluster, findService } from './find.js';
import { servicesNamedIn } from './needs.js';
import { startPostgres } from './postgres.js';
import { queryOnce } from './postgres-database.js';
import { startProgram } from './program.js';
import { startRedis } from './redis.js';
import {
  describeOwnPostgres,
  describeOwnRedis,
  describePostgres,
  describeRedis,
  describeRedisCluster,
} from './vitest.js';

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A process that ended but was not collected by its parent still has a number.
    return !/\bZ\b/.test(execFileSync('ps', ['-o', 'stat=', '-p', String(pid)]).toString());
  } catch {
    return false;
  }
};

const until = async (condition: () => boolean, limitMs: number): Promise<boolean> => {
  const deadline = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > deadline) return false;
    await delay(50);
  }
  return true;
};

describe('the services that test sources name', () => {
  it('starts nothing for unit tests', () => {
    expect([...servicesNamedIn(["describe('follow', () => {})"])]).toEqual([]);
  });

  it('tells the cluster from the single node, and shared servers from own ones', () => {
    expect([...servicesNamedIn(['describeRedisCluster(x)', 'describeOwnPostgres(y)'])]).toEqual([
      'redisCluster',
      'ownPostgres',
    ]);
    expect([...servicesNamedIn(["inject('redisUrl')", 'describePostgres(y)'])]).toEqual([
      'postgres',
      'redis',
    ]);
  });
});

describe('where a service comes from', () => {
  const VARIABLE = 'SOCIALKIT_TEST_SAMPLE_URL';
  const look = async (
    works: { readonly given?: boolean; readonly container?: boolean; readonly start?: boolean },
    url?: string,
  ) => {
    const tried: string[] = [];
    const source =
      <T>(name: keyof typeof works, value: T) =>
      async () => {
        tried.push(name);
        if (!works[name]) throw new Error(`no ${name}`);
        return value;
      };
    const server = (value: string) => ({ value, origin: value, close: async () => {} });
    vi.stubEnv(VARIABLE, url);
    try {
      const found = await findService({
        variable: VARIABLE,
        given: source('given', 'given'),
        container:
          works.container === undefined ? async () => undefined : source('container', server('container')),
        start: source('start', server('own')),
      });
      return { found, tried };
    } finally {
      vi.unstubAllEnvs();
    }
  };

  it('is the environment, when it says so, and nothing else then', async () => {
    const all = { given: true, container: true, start: true };
    expect(await look(all, 'x://y')).toMatchObject({
      found: { value: 'given', given: true },
      tried: ['given'],
    });
    const { found, tried } = await look({ ...all, given: false }, 'x://y');
    expect(found).toEqual({ ok: false, reason: `what ${VARIABLE} names does not answer: no given` });
    expect(tried).toEqual(['given']);
  });

  it('is a container before a server of our own', async () => {
    expect(await look({ container: true, start: true })).toMatchObject({
      found: { value: 'container', given: false },
      tried: ['container'],
    });
    expect(await look({ start: true })).toMatchObject({ found: { value: 'own' }, tried: ['start'] });
    expect(await look({ container: false, start: true })).toMatchObject({ found: { value: 'own' } });
  });

  it('is nowhere with every reason', async () => {
    const { found } = await look({ container: false });
    expect(found).toEqual({
      ok: false,
      reason: `${VARIABLE} is not set; no start; its container did not start: no container`,
    });
  });

  it('is not a Redis that does not answer', async () => {
    vi.stubEnv('SOCIALKIT_TEST_REDIS_URL', 'redis://127.0.0.1:1');
    vi.stubEnv('SOCIALKIT_TEST_REDIS_CLUSTER', '127.0.0.1:1,127.0.0.1:2');
    try {
      expect(await findRedis()).toMatchObject({ ok: false });
      expect(await findRedisCluster()).toMatchObject({ ok: false });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describeRedisCluster('a Redis Cluster that is given', ({ nodes }) => {
  it('is taken as it is', async () => {
    vi.stubEnv('SOCIALKIT_TEST_REDIS_CLUSTER', ` ${nodes.join(', ')},`);
    try {
      expect(await findRedisCluster()).toMatchObject({ ok: true, given: true, value: nodes });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describePostgres('the shared PostgreSQL', (postgres) => {
  it('gives each caller a database of its own', async () => {
    const [first, second] = [await postgres.createDatabase(), await postgres.createDatabase()];
    await queryOnce(first, 'CREATE TABLE mine (id int)');
    expect(await queryOnce(first, "SELECT to_regclass('mine') IS NOT NULL AS there")).toEqual([
      { there: true },
    ]);
    expect(await queryOnce(second, "SELECT to_regclass('mine') IS NOT NULL AS there")).toEqual([
      { there: false },
    ]);
  });

  it('copies a template with what is in it', async () => {
    const migrated = await postgres.createDatabase();
    await queryOnce(migrated, 'CREATE TABLE mine AS SELECT 7 AS id');
    const copy = await postgres.createDatabase({ template: new URL(migrated).pathname.slice(1) });
    expect(await queryOnce(copy, 'SELECT id FROM mine')).toEqual([{ id: 7 }]);
  });
});

describeRedis('the shared Redis', ({ url, prefix }) => {
  it('answers under a prefix of its own', async () => {
    const client = new Redis(url, { keyPrefix: prefix });
    await client.set('key', 'value');
    expect(await client.get('key')).toBe('value');
    client.disconnect();
  });
});

describeRedisCluster('the shared Redis Cluster', ({ nodes, prefix }) => {
  it('serves every slot', async () => {
    const cluster = new Cluster(nodes.map((node) => `redis://${node}`));
    const keys = Array.from({ length: 200 }, (_, index) => `${prefix}${index}`);
    await Promise.all(keys.map((key) => cluster.set(key, key)));
    expect(await Promise.all(keys.map((key) => cluster.get(key)))).toEqual(keys);
    cluster.disconnect();
  });
});

describeOwnPostgres('a PostgreSQL server of our own', () => {
  it('keeps committed rows over a crash, a kill and a restart, and leaves nothing behind', async () => {
    const server = await startPostgres();
    const database = await server.createDatabase();
    await queryOnce(database, 'CREATE TABLE mine AS SELECT 1 AS id');
    const pids = [server.pid];
    for (const disturb of [
      () => server.restart('immediate'),
      () => server.kill(),
      () => server.restart('fast'),
    ]) {
      await disturb();
      if (isRunning(server.pid)) pids.push(server.pid);
    }
    expect(await queryOnce(database, 'SELECT id FROM mine')).toEqual([{ id: 1 }]);
    expect(new Set(pids).size).toBeGreaterThan(1);
    await server.close();
    await server.close();
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it('turns fsync off for tests and leaves it on when durable', async () => {
    for (const durable of [false, true]) {
      await using server = await startPostgres({ durable, settings: { work_mem: '8MB' } });
      const [row] = await queryOnce(
        server.url,
        "SELECT current_setting('fsync') AS fsync, current_setting('work_mem') AS work_mem",
      );
      expect(row).toEqual({ fsync: durable ? 'on' : 'off', work_mem: '8MB' });
    }
  });
});

describeOwnRedis('a Redis server of our own', () => {
  it('is empty after a restart, keeps data when persistent, and hangs while paused', async () => {
    for (const persistent of [false, true]) {
      await using server = await startRedis({
        persistent,
        maxmemory: '32mb',
        settings: { appendfsync: 'always' },
      });
      const client = new Redis(server.url, { commandTimeout: 2000, maxRetriesPerRequest: 0 });
      client.on('error', () => {});
      await client.set('key', 'value');
      expect(await client.config('GET', 'maxmemory')).toEqual(['maxmemory', String(32 * 1024 * 1024)]);
      server.pause();
      await expect(client.get('key')).rejects.toThrow(/timed out/);
      server.resume();
      client.disconnect();
      const { pid } = server;
      await server.kill();
      expect(isRunning(pid)).toBe(false);
      await server.restart();
      const again = new Redis(server.url);
      expect(await again.get('key')).toBe(persistent ? 'value' : null);
      again.disconnect();
    }
  });
});

describeOwnPostgres('when the process that started servers is killed', () => {
  describeOwnRedis('with Redis among them', () => {
    it('ends them all the same', async () => {
      await using program = startProgram(new URL('./orphans.program.ts', import.meta.url));
      const { pids } = await program.receive<{ pids: number[] }>();
      expect(pids.map(isRunning)).toEqual([true, true]);
      await program.kill('SIGKILL');
      expect(await until(() => !pids.some(isRunning), 45_000)).toBe(true);
    });
  });
});

describe('a program', () => {
  it('that fails is reported with what it wrote', async () => {
    await using program = startProgram(new URL('./nowhere.program.ts', import.meta.url));
    await expect(program.receive()).rejects.toThrow(/nowhere\.program\.ts/);
  });
});
