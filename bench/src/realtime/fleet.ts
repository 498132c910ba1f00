import { type ServerChild, type Swarm, startServer, startSwarm } from './children.js';
import type { Stage } from './stage.js';
import type { Way } from './wire.js';

/** Servers of one way with clients connected to them. */
export interface Fleet {
  /** Those that hold the sockets. */
  readonly nodes: readonly ServerChild[];
  readonly swarm: Swarm;
  readonly clients: number;
  /** Publishes and waits until every client has everything. @returns cost and ages */
  run(events: number, perSecond: number): Promise<Run>;
  close(): Promise<void>;
}

let fleets = 0;

/** What a run cost. */
export interface Run {
  /** Microseconds of processor time of the nodes for one delivery. */
  readonly cpuUs: number;
  /** Milliseconds from publishing to receiving, sampled. */
  readonly ages: readonly number[];
}

/**
 * Starts servers of a way and connects clients. With two nodes, Redis is between them and a third process without clients
 * publishes, so that nodes do the same for every event: take it from Redis and hand it out.
 */
export async function openFleet(
  stage: Stage,
  way: Way,
  size: { readonly nodes: 1 | 2; readonly clients: number },
): Promise<Fleet> {
  const args = { redis: size.nodes === 1 ? null : stage.redisServer.url, prefix: `${way}${++fleets}:` };
  const nodes = await Promise.all(Array.from({ length: size.nodes }, () => startServer(way, args)));
  const publisher = size.nodes === 1 ? nodes[0]! : await startServer(way, args);
  const swarm = await startSwarm();
  await swarm.open(
    way,
    nodes.map(({ url }) => url),
    size.clients,
  );
  const cpu = async () => (await Promise.all(nodes.map((node) => node.usage()))).map(({ cpuUs }) => cpuUs);
  return {
    nodes,
    swarm,
    clients: size.clients,
    async run(events, perSecond) {
      const before = await cpu();
      const all = await swarm.expect(events * size.clients);
      await publisher.publish(events, perSecond);
      const ages = await all();
      const after = await cpu();
      const used = after.reduce((sum, us, i) => sum + us - before[i]!, 0);
      return { cpuUs: used / (events * size.clients), ages };
    },
    async close() {
      await swarm.end();
      await Promise.all([...new Set([...nodes, publisher])].map((server) => server.end()));
    },
  };
}
