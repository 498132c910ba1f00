import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';

/** A connected ioredis client: one node or a Cluster. */
export type RedisClient = Redis | Cluster;

/** Where a Redis is. Give `url` for one node, `nodes` for a Cluster. */
export interface RedisEndpoint {
  /** `redis://user:password@host:port/db`, or `rediss://` for TLS. */
  readonly url?: string;
  /** Some nodes of a Cluster, each `host:port` or a URL; user, password and TLS are taken from the first. */
  readonly nodes?: readonly string[];
}

const MAX_RECONNECT_PAUSE_MS = 2000;
/** A socket on which commands wait and nothing arrives for this long is dead and replaced. */
const SOCKET_TIMEOUT_MS = 5000;
const CONNECT_TIMEOUT_MS = 5000;

/** Milliseconds before reconnection attempt number `attempt`: doubling from 50, capped, with jitter. */
export const reconnectPause = (attempt: number): number => {
  const cap = Math.min(50 * 2 ** Math.min(attempt, 10), MAX_RECONNECT_PAUSE_MS);
  return Math.round(cap / 2 + (Math.random() * cap) / 2);
};

const connectionOptions = (name: string, deadlineMs: number | undefined) =>
  ({
    connectionName: name,
    replyMapping: 'legacy' as const,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    ...(deadlineMs === undefined ? {} : { commandTimeout: deadlineMs }),
    maxRetriesPerRequest: 1,
    // A command whose connection broke may have run: callers decide, it is never sent twice behind their back.
    autoResendUnfulfilledCommands: false,
  }) satisfies RedisOptions;

const parseNode = (node: string): URL => new URL(node.includes('://') ? node : `redis://${node}`);

const credentials = (url: URL) => ({
  ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
  ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
  ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
});

/**
 * A client that connects on first use, reconnects for ever with back-off, and refuses commands while it is not
 * connected instead of queueing them. Whoever makes it listens to its errors and closes it.
 *
 * @param options.deadlineMs milliseconds a command may take; leave out for clients whose commands block
 * @param options.shardedSubscribers a Cluster client that subscribes to sharded channels
 * @throws TypeError unless exactly one of `url` and `nodes` is given
 */
export function createRedisClient(
  endpoint: RedisEndpoint,
  options: {
    readonly name: string;
    readonly deadlineMs?: number;
    readonly shardedSubscribers?: boolean;
  },
): RedisClient {
  const { url, nodes } = endpoint;
  const perConnection = connectionOptions(options.name, options.deadlineMs);
  if (url !== undefined && nodes === undefined) {
    return new Redis(url, {
      ...perConnection,
      lazyConnect: true,
      retryStrategy: reconnectPause,
      enableOfflineQueue: false,
    });
  }
  if (nodes === undefined || nodes.length === 0 || url !== undefined)
    throw new TypeError('give a Redis endpoint either a url or at least one of its cluster nodes');
  const urls = nodes.map(parseNode);
  const clusterOptions = {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: reconnectPause,
    clusterNodeRetryStrategy: reconnectPause,
    maxRedirections: 6,
    retryDelayOnFailover: 50,
    retryDelayOnClusterDown: 50,
    retryDelayOnTryAgain: 50,
    shardedSubscribers: options.shardedSubscribers ?? false,
    redisOptions: { ...perConnection, ...credentials(urls[0] as URL) },
  } satisfies ClusterOptions;
  return new Cluster(
    urls.map((node) => ({ host: node.hostname, port: Number(node.port || 6379) })),
    clusterOptions,
  );
}
