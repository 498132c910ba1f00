import type { Cluster, Redis } from 'ioredis';
import type { RedisClient } from '../client.js';
import { slotOf } from '../slots.js';
import { encodeEpoch } from './head.js';

/**
 * One life of one Redis server process, as seen through one connection.
 *
 * A server that was restarted, or a replica that was promoted, may hold timelines as they were a while ago, without what was
 * delivered since. Timelines therefore carry the life they were begun in, and count only in that one.
 */
export interface ServerLife {
  /** Four printable characters, different for every start of a server but for one in 78 million. */
  readonly epoch: string;
  /** Whether the key is still served by this process over this connection: ask after the answer has arrived. */
  holds(): boolean;
}

/** Reads which life a key is served from. */
export interface ServerLives {
  /** @throws when the node does not answer */
  of(client: RedisClient, key: string): Promise<ServerLife>;
}

const RUN_ID = /^run_id:([0-9a-f]{13})/m;

const isCluster = (client: RedisClient): client is Cluster => client.isCluster;

/** The connection to the master of a key's slot; undefined while the slots are not known. */
function nodeOf(client: RedisClient, key: string): Redis | undefined {
  if (!isCluster(client)) return client;
  const address = client.slots[slotOf(key)]?.[0];
  if (address === undefined) return undefined;
  return client.nodes('master').find(({ options }) => `${options.host}:${options.port}` === address);
}

/** Asks each connection once for the life of the server behind it. */
export function createServerLives(): ServerLives {
  const known = new WeakMap<object, Promise<string>>();

  const read = async (node: Redis): Promise<string> => {
    const runId = RUN_ID.exec(await node.info('server'))?.[1];
    if (runId === undefined) throw new TypeError('the server does not say its run_id');
    return encodeEpoch(Number.parseInt(runId, 16));
  };
  const ask = (node: Redis): Promise<string> => {
    const socket = node.stream;
    const held = known.get(socket);
    if (held) return held;
    const asked = read(node);
    known.set(socket, asked);
    asked.catch(() => known.delete(socket));
    return asked;
  };

  return {
    async of(client, key) {
      const node = nodeOf(client, key);
      // Not a bug of ours: the caller takes it for an outage and reads elsewhere.
      if (!node) throw new Error('the node of a key is not known yet');
      // A Cluster connects to a node when it is first talked to.
      if (!node.stream) await read(node);
      const socket = node.stream;
      const epoch = await ask(node);
      return { epoch, holds: () => node.stream === socket && nodeOf(client, key) === node };
    },
  };
}
