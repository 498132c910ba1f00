import { createMemoryRateLimiter } from '@socialkit/adapters/memory';
import { createRedisTail, createRedisTransport, openRedis } from '@socialkit/adapters/redis';
import { createGateway } from '@socialkit/adapters/ws';
import {
  createHub,
  createMemoryTail,
  createMemoryTransport,
  type StreamEvent,
  silentLogger,
  systemClock,
  userActor,
} from '@socialkit/core';
import { Redis } from 'ioredis';
import { argumentsOf, serve } from './program.js';
import { eventData, FLOOD, STREAM } from './wire.js';

/**
 * Hub and gateway with everything a delivery passes: sessions, permission, order, position checks, backpressure. Only the log
 * of the stream is not in a database.
 */
const { redis: url, prefix } = argumentsOf();
const logger = silentLogger;
const shared = () => {
  if (url === null) {
    const transport = createMemoryTransport();
    return { transport, tail: createMemoryTail({ transport }) };
  }
  const links = openRedis({ url, prefix, logger });
  const transport = createRedisTransport({ link: links.realtime, logger });
  return { transport, tail: createRedisTail({ link: links.realtime, logger }) };
};
/** The log of the stream: in this process, or for several nodes a list in Redis. */
const redis = url === null ? null : new Redis(url);
const key = `${prefix}log`;
const log: string[] = [];
/** That of the flooded stream: how many events; nobody reads them again. */
let flooded = 0;
const isFlood = (id: string) => FLOOD.endsWith(`:${id}`);
const head = async () => (redis === null ? log.length : redis.llen(key));
const entries = async (after: number, limit: number) =>
  redis === null ? log.slice(after, after + limit) : redis.lrange(key, after, after + limit - 1);

const hub = createHub({
  ...shared(),
  epochs: { current: async () => 'bench', renew: async () => 'bench' },
  audience: {
    hiddenAmong: async () => new Set(),
    standings: async (ids) => new Map(ids.map((id) => [id, { served: true, blocked: new Set<string>() }])),
    followersOf: async () => new Set(),
    friendsOf: async () => new Set(),
  },
  clock: systemClock,
  logger,
});
hub.register({
  kind: 'conversation',
  readable: async (_, ids) => new Map(ids.map((id) => [id, { after: 0 }])),
  heads: async (ids) => {
    const at = await head();
    return new Map(ids.map((id) => [id, isFlood(id) ? flooded : at]));
  },
  after: async (id, after, limit) =>
    isFlood(id) ? null : (await entries(after, limit)).map((text) => JSON.parse(text) as StreamEvent),
});
const gateway = createGateway(
  {
    slices: [],
    runtime: { clock: systemClock, logger },
    rateLimiter: createMemoryRateLimiter({ clock: systemClock }),
    realtime: { hub, redeem: async () => null },
    actorFor: async ({ accountId }) => userActor(accountId),
  },
  {
    authenticate: (request) => userActor((request.headers.get('authorization') ?? '').replace('Bearer ', '')),
    limits: { connectsPerMinute: 1_000_000 },
  },
);
const port = await gateway.listen({ hostname: '127.0.0.1' });
serve(
  `ws://127.0.0.1:${port}/v1/realtime`,
  (n, size) => {
    const event: StreamEvent = {
      stream: STREAM,
      offset: n,
      type: 'message.sent',
      at: 1_700_000_000_000,
      by: null,
      data: eventData(n, process.hrtime.bigint(), size),
    };
    if (redis === null) {
      log.push(JSON.stringify(event));
      hub.publish([event]);
    } else {
      // Published is when the hub gets it; what writing to the log takes is no part of a delivery.
      const publish = () => hub.publish([{ ...event, data: eventData(n, process.hrtime.bigint(), size) }]);
      void redis.rpush(key, JSON.stringify(event)).then(publish);
    }
  },
  () => gateway.stats().buffered,
  (n, size) => {
    flooded++;
    const data = eventData(n, process.hrtime.bigint(), size);
    hub.publish([{ stream: FLOOD, offset: n, type: 'message.sent', at: 1_700_000_000_000, by: null, data }]);
  },
);
