import { createSocialKit } from '@socialkit/adapters';
import { migrateServer } from '@socialkit/adapters/postgres';
import { type PostgresServer, type RedisServer, startPostgres, startRedis } from '@socialkit/test-services';
import { type RedisProxy, startRedisProxy } from '../redis-proxy/redis-proxy.js';
import { type Node, startNode } from './nodes.js';

/** Everything the run breaks: servers of its own, nodes, and accounts who all follow each other. */
export interface World {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly proxy: RedisProxy;
  readonly nodes: readonly Node[];
  readonly accounts: readonly string[];
  close(): Promise<void>;
}

/** Who follows somebody can be put into his groups without being asked. */
async function createAccounts(database: string, count: number): Promise<string[]> {
  await using kit = await createSocialKit({ database, worker: false });
  const ids: string[] = [];
  for (let n = 0; n < count; n++)
    ids.push(
      (await kit.identity.register(kit.system, { externalId: `fault-${n}`, handle: `member_${n}` })).id,
    );
  for (const follower of ids)
    for (const userId of ids)
      if (userId !== follower) await kit.graph.follow(kit.actor(follower), { userId });
  return ids;
}

/** Starts PostgreSQL, Redis behind the proxy, and nodes that know Redis only through it. */
export async function openWorld(size: { readonly nodes: number; readonly accounts: number }): Promise<World> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    const postgres = await startPostgres();
    closers.push(() => postgres.close());
    const redis = await startRedis();
    closers.push(() => redis.close());
    const proxy = await startRedisProxy(redis.port);
    closers.push(() => proxy.close());
    await migrateServer({ url: postgres.url });
    const accounts = await createAccounts(postgres.url, size.accounts);
    const nodes: Node[] = [];
    closers.push(() => Promise.all(nodes.map((node) => node.close())));
    for (let n = 0; n < size.nodes; n++)
      nodes.push(await startNode({ database: postgres.url, redis: proxy.url }));
    return { postgres, redis, proxy, nodes, accounts, close };
  } catch (error) {
    await close();
    throw error;
  }
}
