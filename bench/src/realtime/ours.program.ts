import { createMemoryRateLimiter } from '@socialkit/adapters/memory';
import { createRedisTail, createRedisTransport, openRedis } from '@socialkit/adapters/redis';
import { createGateway } from '@socialkit/adapters/ws';
import {
  createHub,
  createMemoryTail,
  createMemoryTransport,
  silentLogger,
  systemClock,
  userActor,
} from '@socialkit/core';
import { Redis } from 'ioredis';
import { argumentsOf, serve } from './program.js';
import { eventData, STREAM } from './wire.js';

/**
 * Hub and gateway with everything a delivery passes: sessions, permission, order, position checks, backpressure. Only the log
 * of the stream is not in a database: its head is a number in this process, or in Redis for several nodes.
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
const heads = url === null ? null : new Redis(url);
let last = 0;
const head = async () => (heads === null ? last : Number((await heads.get(`${prefix}head`)) ?? 0));

const hub = createHub({
  ...shared(),
  epochs: { current: async () => 'bench', renew: async () => 'bench' },
  audience: {
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
    return new Map(ids.map((id) => [id, at]));
  },
  // What the tail no longer has is gone.
  after: async () => null,
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
    last = n;
    const event = {
      stream: STREAM,
      offset: n,
      type: 'message.sent',
      at: 1_700_000_000_000,
      by: null,
    } as const;
    const publish = () => hub.publish([{ ...event, data: eventData(n, process.hrtime.bigint(), size) }]);
    if (heads === null) publish();
    else void heads.set(`${prefix}head`, n).then(publish);
  },
  () => gateway.stats().buffered,
);
