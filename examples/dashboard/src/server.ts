import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSocialKit, type SocialKitOptions } from '@socialkit/adapters';
import { createHandler, type Handler, type RunningServer, serve } from '@socialkit/adapters/http';
import { createStoryClock, type Story, tellStory } from './story.js';

const DAY_MS = 86_400_000;
const PAGE = fileURLToPath(new URL('./web', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** The page loads nothing from anywhere else. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:";

/** Files of the built page, and nothing beside them. */
const createPageHandler =
  (folder: string): Handler =>
  async (request) => {
    const { pathname } = new URL(request.url);
    const name = normalize(pathname === '/' ? '/index.html' : decodeURIComponent(pathname));
    const type = TYPES[extname(name)];
    const body = type === undefined ? null : await readFile(join(folder, name)).catch(() => null);
    if (body === null || type === undefined) return new Response('not found', { status: 404 });
    return new Response(new Uint8Array(body), {
      headers: {
        'content-type': type,
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
      },
    });
  };

/** A running example. */
export interface Example {
  /** The page, signed in as the creator. */
  readonly url: string;
  readonly story: Story;
  /** Unix milliseconds: where the story ended. */
  readonly endedAt: number;
  close(): Promise<void>;
}

/**
 * Opens a platform, tells it two months of a creator's life and serves page and API on one port.
 * @param options.page folder of the built page @default beside this program
 */
export async function startExample(options: {
  readonly port: number;
  readonly database?: SocialKitOptions['database'];
  readonly page?: string;
  /** Unix milliseconds at which the story ends. @default today at 22:00 UTC yesterday */
  readonly end?: number;
}): Promise<Example> {
  const end = options.end ?? Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const clock = createStoryClock(end - 61 * DAY_MS);
  const kit = await createSocialKit({
    ...(options.database === undefined ? {} : { database: options.database }),
    clock,
  });
  let server: RunningServer | undefined;
  try {
    const story = await tellStory(kit, clock);
    const endedAt = clock.now();
    clock.run();
    // A real host verifies a session here; this example has one user, who knows one secret.
    const token = randomBytes(32).toString('base64url');
    const api = createHandler(kit, {
      authenticate: (request) =>
        request.headers.get('authorization') === `Bearer ${token}` ? kit.actor(story.creatorId) : null,
      title: 'socialkit dashboard',
    });
    const page = createPageHandler(options.page ?? PAGE);
    const isApi = (path: string) => /^\/(v1|docs|openapi\.json|healthz)(\/|$)/.test(path);
    server = await serve(
      (request, client) => (isApi(new URL(request.url).pathname) ? api : page)(request, client),
      { port: options.port },
    );
    const running = server;
    return {
      url: `http://localhost:${running.port}/#token=${token}`,
      story,
      endedAt,
      close: async () => {
        await running.close();
        await kit.close();
      },
    };
  } catch (error) {
    await server?.close();
    await kit.close();
    throw error;
  }
}
