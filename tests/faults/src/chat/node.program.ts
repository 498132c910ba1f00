import { createSocialKit } from '@socialkit/adapters';
import { createGateway } from '@socialkit/adapters/ws';

/** What a node is told at its start. */
export interface NodeArguments {
  readonly database: string;
  readonly redis: string;
  readonly port: number;
}

/** What a node tells: that it listens, or its counts when it is asked. */
export type NodeAnswer = { readonly port: number } | ReturnType<ReturnType<typeof createGateway>['stats']>;

const NO_LIMIT = { limit: 1_000_000, windowMs: 60_000 } as const;

/** One process of the platform: kit and gateway. Who connects says who he is; limits are out of the way. */
const { database, redis, port } = JSON.parse(process.argv[2] ?? '') as NodeArguments;
const kit = await createSocialKit({
  database,
  redis,
  messages: { sendLimit: NO_LIMIT },
  conversations: { newAccountMs: 0 },
});
const gateway = createGateway(kit, {
  authenticate: (request) => kit.actor((request.headers.get('authorization') ?? '').slice('Bearer '.length)),
  limits: { connectsPerMinute: 1_000_000, framesPerSecond: 10_000, socketsPerUser: 10_000 },
  callLimits: { user: NO_LIMIT, write: NO_LIMIT, anonymous: NO_LIMIT } as object,
});
await gateway.listen({ port, hostname: '127.0.0.1' });
process.on('message', () => process.send?.(gateway.stats()));
process.on('disconnect', () => process.exit());
process.send?.({ port });
