import { createSocialKit } from '@socialkit/adapters';
import { createGateway } from '@socialkit/adapters/ws';

/** A node as a host runs it: kit and gateway, on PostgreSQL and Redis. Jobs are worked elsewhere. */
const { database, redis } = JSON.parse(process.argv[2] ?? '') as { database: string; redis: string };
const kit = await createSocialKit({ database, redis, worker: false });
const gateway = createGateway(kit, {
  authenticate: (request) => kit.actor((request.headers.get('authorization') ?? '').replace('Bearer ', '')),
  limits: { connectsPerMinute: 1_000_000 },
});
const port = await gateway.listen({ hostname: '127.0.0.1' });
process.on('message', () => process.send?.(gateway.stats().hub.resumes));
process.on('disconnect', () => process.exit());
process.send?.({ url: `ws://127.0.0.1:${port}/v1/realtime` });
