import { createSocialKit } from '@socialkit/adapters';
import { createGateway } from '@socialkit/adapters/ws';

/** What the server tells whoever started it. */
export interface ServerReady {
  readonly port: number;
  /** Accounts by name. */
  readonly accounts: Readonly<Record<string, string>>;
  readonly conversationId: string;
}

/**
 * The whole server: a kit on an embedded database in a folder, and a gateway. The token of this example is the account's id;
 * a real host verifies a session here.
 */
const [dataDir, port] = process.argv.slice(2);
const kit = await createSocialKit({
  database: process.env.DATABASE_URL ?? { dataDir: dataDir! },
  migrate: true,
});
const gateway = createGateway(kit, {
  authenticate: (request) =>
    kit.actorFor({ accountId: (request.headers.get('authorization') ?? '').slice(7) }),
});

const account = async (name: string) => {
  const { account } = await kit.identity.ensure(kit.system, {
    externalId: `chat-example:${name}`,
    handle: `${name}_of_the_chat`,
    displayName: name,
  });
  return account.id;
};
const [anna, ben] = [await account('anna'), await account('ben')];
// Who is followed may write without asking first.
await kit.graph.follow(kit.actor(anna), { userId: ben });
await kit.graph.follow(kit.actor(ben), { userId: anna });
const { id } = await kit.conversations.openDirect(kit.actor(anna), { userId: ben });

const listening = await gateway.listen({ port: Number(port ?? 0), hostname: '127.0.0.1' });
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => {
  void gateway
    .close()
    .then(() => kit.close())
    .then(() => process.exit());
});
process.send?.({ port: listening, accounts: { anna, ben }, conversationId: id } satisfies ServerReady);
