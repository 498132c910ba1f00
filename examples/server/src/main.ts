import type { SocialKit } from '@socialkit/adapters';
import { createHandler, type Handler, serve } from '@socialkit/adapters/http';
import { createTokenAuthenticator, createTokenSessions, issueToken } from '@socialkit/adapters/jose';
import { createGateway, type Gateway } from '@socialkit/adapters/ws';
import { banner } from './banner.js';
import { openKeepsakes } from './keepsakes.js';
import { openKit } from './open.js';
import { seedCommunity } from './seed.js';
import { readSettings, type Settings } from './settings.js';

/** Whose token the banner shows. */
const DEMO_HANDLE = 'mira_lindt';
const ISSUER = 'socialkit-demo';
const AUDIENCE = 'socialkit';
const TOKEN_MS = 30 * 24 * 60 * 60_000;

/** Answers until the community is there. */
const starting: Handler = async () =>
  Response.json({ ready: false }, { status: 503, headers: { 'retry-after': '1' } });

const storageOf = ({ databaseUrl, redisUrl, dataDir }: Settings): string =>
  `${databaseUrl === null ? `the embedded database in ${dataDir}` : 'PostgreSQL'}${redisUrl === null ? '' : ' and Redis'}`;

async function main(): Promise<void> {
  const settings = readSettings();
  const stopping = new AbortController();
  let handler = starting;
  // Listening first: a port that is taken is known before a community is made for it.
  const server = await serve((request, client) => handler(request, client), { port: settings.port });
  let kit: SocialKit | undefined;
  let gateway: Gateway | undefined;

  const stop = (name: string) => {
    if (stopping.signal.aborted) process.exit(1);
    stopping.abort();
    console.log(`\n${name}: finishing what is under way; once more to leave at once`);
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop(name));
  const stopped = new Promise<void>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve());
  });

  try {
    const keepsakes = await openKeepsakes(settings);
    const complete = await seedCommunity(settings, keepsakes, stopping.signal);
    if (complete && !stopping.signal.aborted) {
      kit = await openKit(settings);
      const secret = await keepsakes.secret();
      const session = { secret, issuer: ISSUER, audience: AUDIENCE };
      handler = createHandler(kit, {
        authenticate: createTokenAuthenticator({ ...session, kit }),
        cors: { origins: '*' },
        title: 'socialkit demo',
        description: 'The whole API on a small demo community.',
      });
      gateway = createGateway(kit, {
        authenticate: createTokenSessions({ ...session, kit }),
        limits: { drainSpreadMs: 0 },
      });
      gateway.attach(server.server);
      const { id } = await kit.identity.byHandle(kit.system, { handle: DEMO_HANDLE });
      const token = await issueToken({ ...session, subject: id, lifeMs: TOKEN_MS });
      const origin = `http://localhost:${server.port}`;
      console.log(banner({ origin, token, handle: DEMO_HANDLE, storage: storageOf(settings) }));
      await stopped;
    }
  } finally {
    await gateway?.close();
    await server.close();
    await kit?.close();
  }
}

main().then(
  () => process.exit(0),
  (error: NodeJS.ErrnoException) => {
    console.error(
      error.code === 'EADDRINUSE'
        ? `The port is taken by another program. Choose one: PORT=3001 npm start`
        : (error.stack ?? error),
    );
    process.exit(1);
  },
);
