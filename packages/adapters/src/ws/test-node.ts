import { systemActor } from '@socialkit/core';
import { createSocialKit } from '../kit/create-social-kit.js';
import type { SocialKitOptions } from '../kit/options.js';
import type { SocialKit } from '../kit/social-kit.js';
import { createGateway, type Gateway } from './gateway.js';
import type { GatewayLimits, GatewayOptions } from './options.js';
import { openTestClient, type TestClient } from './test-client.js';

/** A node of tests: a kit, its gateway, and clients of it. Tokens are account ids. */
export interface TestNode {
  readonly kit: SocialKit;
  readonly gateway: Gateway;
  readonly url: string;
  account(handle: string): Promise<string>;
  /** Commits events to the stream of an account, in one transaction, and publishes them. */
  tell(userId: string, count?: number, by?: string): Promise<void>;
  /** A client that said hello. */
  client(accountId: string, resume?: readonly object[]): Promise<TestClient>;
  close(): Promise<void>;
}

let told = 0;

const generous: Partial<GatewayLimits> = {
  connectsPerMinute: 1_000_000,
  framesPerSecond: 10_000,
  drainSpreadMs: 0,
};

/** @internal */
export async function openTestNode(
  options: SocialKitOptions = { database: 'memory' },
  gatewayOptions: Partial<GatewayOptions> = {},
): Promise<TestNode> {
  const kit = await createSocialKit({ worker: false, ...options });
  const gateway = createGateway(kit, {
    authenticate: (request) => {
      const token = request.headers.get('authorization')?.replace(/^Bearer /, '');
      return token === undefined ? null : kit.actorFor({ accountId: token });
    },
    sweepMs: 50,
    ...gatewayOptions,
    limits: { ...generous, ...gatewayOptions.limits },
  });
  const port = await gateway.listen({ hostname: '127.0.0.1' });
  const url = `ws://127.0.0.1:${port}/v1/realtime`;
  return {
    kit,
    gateway,
    url,
    async account(handle) {
      const { account } = await kit.identity.ensure(systemActor('test'), { externalId: handle, handle });
      return account.id;
    },
    async tell(userId, count = 1, by) {
      await kit.realtime.tell(
        Array.from({ length: count }, () => ({
          userId,
          type: 'thing.happened',
          data: { n: ++told },
          ...(by === undefined ? {} : { by }),
        })),
      );
    },
    async client(accountId, resume) {
      const client = await openTestClient(url);
      await client.hello(accountId, resume);
      return client;
    },
    async close() {
      await gateway.close();
      await kit.close();
    },
  };
}
