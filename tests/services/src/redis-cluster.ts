import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './ports.js';
import { type RedisOptions, type RedisServer, startRedis, withRedis } from './redis.js';
import { findRedisProgram, type RedisProgram } from './redis-program.js';

/** A Redis Cluster of three masters without replicas, started by this process. */
export interface RedisCluster {
  /** `127.0.0.1:<port>` of each node. */
  readonly nodes: readonly string[];
  /** The nodes as servers, to kill or pause one. */
  readonly servers: readonly RedisServer[];
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const NODES = 3;
const SLOTS = 16_384;
const READY_LIMIT_MS = 60_000;

const slotsOf = (node: number): number[] => {
  const first = Math.floor((node * SLOTS) / NODES);
  const end = Math.floor(((node + 1) * SLOTS) / NODES);
  return Array.from({ length: end - first }, (_, index) => first + index);
};

interface Node {
  readonly server: RedisServer;
  readonly busPort: number;
}

const startNode = async (options: RedisOptions, program: RedisProgram): Promise<Node> => {
  const busPort = await freePort();
  const settings = {
    'cluster-enabled': 'yes',
    'cluster-port': busPort,
    'cluster-node-timeout': 5_000,
    ...options.settings,
  };
  return { server: await startRedis({ ...options, settings }, program), busPort };
};

const isReady = async (server: RedisServer): Promise<boolean> => {
  const information = String(await withRedis(server.port, (client) => client.call('CLUSTER', 'INFO')));
  return information.includes('cluster_state:ok') && information.includes(`cluster_known_nodes:${NODES}`);
};

const join = async (nodes: readonly Node[]): Promise<void> => {
  // A node takes an epoch only while it knows no other: all of them first, before anybody meets.
  for (const [index, { server }] of nodes.entries()) {
    await withRedis(server.port, async (client) => {
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
      await client.call('CLUSTER', 'ADDSLOTS', ...slotsOf(index));
    });
  }
  for (const [index, { server }] of nodes.entries()) {
    await withRedis(server.port, async (client) => {
      for (const other of nodes.slice(index + 1)) {
        await client.call('CLUSTER', 'MEET', '127.0.0.1', other.server.port, other.busPort);
      }
    });
  }
  const deadline = Date.now() + READY_LIMIT_MS;
  for (;;) {
    if ((await Promise.all(nodes.map(({ server }) => isReady(server)))).every(Boolean)) return;
    if (Date.now() > deadline) throw new Error(`the Redis Cluster was not ready within ${READY_LIMIT_MS} ms`);
    await delay(50);
  }
};

/**
 * Starts a Redis Cluster of three masters and waits until every node serves all slots.
 *
 * @throws Error when no Redis program is found or the nodes do not come together
 */
export const startRedisCluster = async (
  options: RedisOptions = {},
  program?: RedisProgram,
): Promise<RedisCluster> => {
  const chosen = program ?? (await findRedisProgram());
  const started = await Promise.allSettled(Array.from({ length: NODES }, () => startNode(options, chosen)));
  const nodes = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const servers = nodes.map(({ server }) => server);
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
  };
  try {
    for (const result of started) if (result.status === 'rejected') throw result.reason;
    await join(nodes);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    nodes: servers.map((server) => `127.0.0.1:${server.port}`),
    servers,
    close,
    [Symbol.asyncDispose]: close,
  };
};
