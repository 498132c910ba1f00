import { createSocialKit, type SocialKit } from '@socialkit/adapters';
import { createHandler, serve } from '@socialkit/adapters/http';
import { createGateway } from '@socialkit/adapters/ws';
import { createRealtimeClient, type RealtimeClient } from '@socialkit/client';
import { WebSocket } from 'ws';

/** A whole platform in this process, over real sockets, and clients of it. Tokens are account ids. */
export interface Served {
  readonly kit: SocialKit;
  readonly url: string;
  account(handle: string): Promise<string>;
  client(accountId: string): RealtimeClient;
  close(): Promise<void>;
}

/** @internal */
export async function openServed(): Promise<Served> {
  const kit = await createSocialKit({ database: 'memory' });
  const authenticate = async (request: Request) => {
    const token = request.headers.get('authorization')?.replace(/^Bearer /, '');
    return token === undefined ? null : kit.actorFor({ accountId: token });
  };
  const server = await serve(createHandler(kit, { authenticate }), { port: 0, hostname: '127.0.0.1' });
  const gateway = createGateway(kit, { authenticate });
  gateway.attach(server.server);
  const clients: RealtimeClient[] = [];
  return {
    kit,
    url: `http://127.0.0.1:${server.port}`,
    async account(handle) {
      const { account } = await kit.identity.ensure(kit.system, { externalId: handle, handle });
      return account.id;
    },
    client(accountId) {
      const client = createRealtimeClient({
        url: `ws://127.0.0.1:${server.port}/v1/realtime`,
        token: accountId,
        WebSocket,
        minMs: 5,
        maxMs: 50,
      });
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) client.close();
      await gateway.close();
      await server.close();
      await kit.close();
    },
  };
}
