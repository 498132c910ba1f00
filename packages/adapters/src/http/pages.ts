import { eventsOperation } from './events.js';
import type { HttpKit } from './kit.js';
import { type OpenApiDocument, openApiOf } from './openapi/document.js';
import { CONTENT_SECURITY_POLICY, referencePage } from './openapi/page.js';
import type { Route } from './routes.js';

/** What the API document and the reference page say about the platform. */
export interface PageOptions {
  /** @default 'socialkit' */
  readonly title?: string;
  /** Version of the API. @default '1' */
  readonly version?: string;
  readonly description?: string;
  /** Where clients reach the operations, when that is not this server's base path, for example `https://api.example/v1`. */
  readonly serverUrl?: string;
  /** Serves `/openapi.json` and `/docs`. @default true */
  readonly docs?: boolean;
}

/** Something served beside the operations. */
export interface Page {
  readonly path: string;
  /** Counts under the limits of callers without a session. */
  readonly limited: boolean;
  respond(request: Request): Response | Promise<Response>;
}

const HEALTH_MS = 1000;

/** Asks for the health at most once a second, however often somebody looks. */
function watchHealth(kit: HttpKit): () => Promise<boolean> {
  let asked: Promise<boolean> | undefined;
  let at = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (asked === undefined || now - at > HEALTH_MS) {
      at = now;
      asked = kit.health().then(
        ({ ready }) => ready,
        () => false,
      );
    }
    return asked;
  };
}

/** `/healthz`, `/openapi.json` and `/docs`. The document is made when it is first asked for. */
export function createPages(
  kit: HttpKit,
  routes: readonly Route[],
  options: PageOptions & { readonly mountPath: string; readonly basePath: string },
): readonly Page[] {
  const { mountPath, basePath, title = 'socialkit', version = '1', description = '', docs = true } = options;
  const healthy = watchHealth(kit);
  let document: OpenApiDocument | undefined;
  const openApi = () => {
    if (document) return document;
    const made = openApiOf(routes, { title, version, description, server: options.serverUrl ?? basePath });
    document = kit.realtime
      ? { ...made, paths: { ...made.paths, '/events': { get: eventsOperation } } }
      : made;
    return document;
  };
  let json: string | undefined;
  let html: string | undefined;
  const health: Page = {
    path: `${mountPath}/healthz`,
    limited: false,
    respond: async () => {
      const ready = await healthy();
      return Response.json({ ready }, { status: ready ? 200 : 503 });
    },
  };
  if (!docs) return [health];
  const cached = { 'cache-control': 'public, max-age=60' };
  return [
    health,
    {
      path: `${mountPath}/openapi.json`,
      limited: true,
      respond: () => {
        json ??= JSON.stringify(openApi());
        return new Response(json, { headers: { ...cached, 'content-type': 'application/json' } });
      },
    },
    {
      path: `${mountPath}/docs`,
      limited: true,
      respond: () => {
        html ??= referencePage(openApi());
        return new Response(html, {
          headers: {
            ...cached,
            'content-type': 'text/html; charset=utf-8',
            'content-security-policy': CONTENT_SECURITY_POLICY,
          },
        });
      },
    },
  ];
}
