import { type Program, startProgram } from '@socialkit/test-services';
import { describePostgres, describeRedis } from '@socialkit/test-services/vitest';
import { describe, expect, it } from 'vitest';
import { migrateServer } from '../postgres/migrate.js';
import { startWorker } from '../testing/proof/workers.js';
import { createSocialKit } from './index.js';

const run = (options: object, missing: string | null = null): Program =>
  startProgram(new URL('./close.program.ts', import.meta.url), {
    args: [JSON.stringify({ options, missing })],
  });

/** A process that has nothing left to do ends by itself. */
async function expectEnds(program: Program): Promise<void> {
  expect(await program.receive()).toEqual({ closed: true });
  const late = new Promise((resolve) => setTimeout(resolve, 40_000, 'still there').unref());
  const end = await Promise.race([program.ended, late]);
  await program.kill();
  expect(end).toEqual({ code: 0, signal: null });
}

describe('a kit that is closed', () => {
  it('leaves nothing open in memory', () => expectEnds(run({ database: 'memory' })));
  it('leaves nothing open on the embedded database', () => expectEnds(run({ database: {} })), 180_000);
});

describe('a package that is not installed', () => {
  for (const [missing, options] of [
    ['ioredis', { database: 'memory', redis: 'redis://127.0.0.1:1' }],
    ['pg', { database: 'postgres://127.0.0.1:1/none' }],
    ['kysely', { database: {} }],
    ['@electric-sql/pglite', { database: {} }],
    ['lru-cache', { database: 'memory' }],
  ] as const)
    it(`is named in the error: ${missing}`, async () => {
      await using program = run(options, missing);
      const said = await program.receive<{ message: string }>();
      expect(said).toMatchObject({ code: 'setup.package_missing', category: 'unavailable' });
      expect(said.message).toMatch(new RegExp(`npm install .*${missing}`));
    });

  it('is not missed by who does not use it', () => expectEnds(run({ database: 'memory' }, 'ioredis')));
});

describePostgres('kits on PostgreSQL', (server) => {
  const migrated = async () => {
    const url = await server.createDatabase();
    await migrateServer({ url }, Date.now());
    return url;
  };

  it('leave nothing open when they are closed', async () => expectEnds(run({ database: await migrated() })));

  it('leave the work to a worker of another process', async () => {
    const database = await migrated();
    await using kit = await createSocialKit({ database, worker: false });
    await using worker = await startWorker({ database, redis: null, shiftMs: 0, feed: {} });
    const account = async (handle: string, isPrivate: boolean) =>
      (await kit.identity.register(kit.system, { externalId: `host-${handle}`, handle, isPrivate })).id;
    const [anna, ben] = [await account('anna', false), await account('ben', true)];
    await kit.graph.follow(kit.actor(anna), { userId: ben });
    await kit.feed.home(kit.actor(anna), {});
    await kit.identity.updateSettings(kit.actor(ben), { isPrivate: false });
    await worker.idle();
    expect(await kit.identity.get(kit.actor(anna), { userId: ben })).toMatchObject({
      viewer: { following: true },
    });
    const { id } = await kit.posts.create(kit.actor(ben), { text: 'tea' });
    // The kit without a worker sees the rest of the platform come to rest as well.
    await kit.idle();
    const home = await kit.feed.home(kit.actor(anna), {});
    expect(home.items.map((post) => post.id)).toEqual([id]);
  });

  describeRedis('and Redis', (redis) => {
    it('leave nothing open when they are closed', async () => {
      const { url, prefix } = redis;
      await expectEnds(run({ database: await migrated(), redis: { url, prefix } }));
    });
  });
});
