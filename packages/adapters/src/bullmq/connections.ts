import { Cluster, type Redis } from 'ioredis';
import { createRedisClient, type RedisClient, type RedisEndpoint } from '../redis/client.js';

/** Milliseconds a command that hands jobs over may take. */
const HAND_OVER_DEADLINE_MS = 2000;

/** Milliseconds without a byte after which a socket is dead; far longer than a worker's read blocks. */
const SILENCE_LIMIT_MS = 60_000;

/** For handing jobs over: fails fast, queues nothing while Redis is away. The caller listens to its errors. */
export const createSender = (endpoint: RedisEndpoint): RedisClient =>
  createRedisClient(endpoint, { name: 'socialkit-jobs', deadlineMs: HAND_OVER_DEADLINE_MS });

/**
 * What workers make their connections after: their reads block, so there is no deadline, and a command waits for the
 * connection to come back. At most a handful per running job are ever waiting. It connects at once, because BullMQ gives a
 * worker up whose first connection fails, but waits for one that is being made.
 */
export function createReceiver(endpoint: RedisEndpoint): RedisClient {
  const template = createRedisClient(endpoint, { name: 'socialkit-worker' });
  // BullMQ insists on null retries, so that a blocking read survives a reconnection; what was under way must then be sent
  // again, or nobody would ever hear of it. Its scripts allow that: they check who holds a job.
  const patient = {
    maxRetriesPerRequest: null,
    autoResendUnfulfilledCommands: true,
    socketTimeout: SILENCE_LIMIT_MS,
  };
  const eager = { enableOfflineQueue: true, lazyConnect: false };
  return template instanceof Cluster
    ? template.duplicate([], { ...eager, redisOptions: patient })
    : (template as Redis).duplicate({ ...patient, ...eager });
}
