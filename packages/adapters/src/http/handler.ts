import {
  type Actor,
  anonymous,
  isSocialError,
  type RateLimitClass,
  SocialError,
  unavailable,
} from '@socialkit/core';
import { Hono } from 'hono';
import { createAdmission } from './admission.js';
import { clientAddress, networkOf } from './client-network.js';
import { type CorsOptions, createCors } from './cors.js';
import { countCall } from './dispatch.js';
import { createEventStreams } from './events.js';
import { readInput } from './input.js';
import { MAX_BODY_BYTES } from './json-body.js';
import type { Authenticate, ClientConnection, HttpKit } from './kit.js';
import { createPages, type PageOptions } from './pages.js';
import { asSocialError, problemResponse } from './problem.js';
import { type HttpLimitOverrides, rateLimitHeaders, resolveLimits } from './rate-limits.js';
import { requestIdOf, resultResponse, secure } from './responses.js';
import { bySpecificity, type Route, routesOf } from './routes.js';

/** Options of {@link createHandler}. */
export interface HandlerOptions extends PageOptions {
  readonly authenticate: Authenticate;
  /** Path in front of everything, where a host mounts the handler below a path of its own. @default '' */
  readonly mountPath?: string;
  /** Path of the operations, below `mountPath`. @default '/v1' */
  readonly basePath?: string;
  /** @default none: pages of other origins cannot read answers */
  readonly cors?: CorsOptions;
  /** Proxies in front of the server that write X-Forwarded-For. @default 0: the header is ignored */
  readonly trustedProxyHops?: number;
  /** Other numbers for some of {@link HTTP_LIMITS}. */
  readonly limits?: HttpLimitOverrides;
  /** Bytes of a request body at most. @default 262144 */
  readonly bodyLimit?: number;
  /** Milliseconds a request may take, reading its body included. @default 10000 */
  readonly deadlineMs?: number;
  /** Requests being worked on at a time; beyond it calls are refused, the least important first. @default 512 */
  readonly capacity?: number;
  /** Tags answers to reads, so that unchanged ones are not sent again (304). @default false */
  readonly etag?: boolean;
}

/** Answers requests. Never rejects. */
export type Handler = (request: Request, client?: ClientConnection) => Promise<Response>;

/** Longest address taken, in characters. */
const MAX_URL = 16 * 1024;

interface Call {
  readonly requestId: string;
  readonly network: string;
  readonly pathname: string;
  readonly search: string;
  readonly signal: AbortSignal;
  /** Headers for the answer, also when it is an error. */
  readonly headers: Headers;
  /** Name of the operation, once it is known. */
  operation: string;
}

const cleanPath = (path: string, name: string): string => {
  const clean = path.replace(/\/+$/, '');
  if (clean !== '' && !/^(\/[A-Za-z0-9._~-]+)+$/.test(clean))
    throw new TypeError(`${name} must look like /a/b, got ${path}`);
  return clean;
};

/**
 * The HTTP face of a kit as a web-standard handler: `Request` in, `Response` out.
 *
 * Serves every operation of every slice below `mountPath` + `basePath`, and beside them `/healthz`, `/openapi.json` and
 * `/docs` below `mountPath`. Errors are problem+json; nothing a caller sends can be answered with 500.
 *
 * @throws TypeError for options that contradict each other and for operations whose paths collide
 */
export function createHandler(kit: HttpKit, options: HandlerOptions): Handler {
  const {
    authenticate,
    trustedProxyHops = 0,
    bodyLimit = MAX_BODY_BYTES,
    deadlineMs = 10_000,
    capacity = 512,
    etag = false,
  } = options;
  const mountPath = cleanPath(options.mountPath ?? '', 'mountPath');
  const basePath = mountPath + cleanPath(options.basePath ?? '/v1', 'basePath');
  const baseSegments = basePath.split('/').length;
  const logger = kit.runtime.logger.child({ part: 'http' });
  const limits = resolveLimits(options.limits);
  const cors = createCors(options.cors);
  const admission = createAdmission(capacity);
  const routes = routesOf(kit.slices);
  const app = new Hono<{ Bindings: Call }>();

  const limit = async (call: Call, actor: Actor, kind: RateLimitClass): Promise<void> => {
    const { network } = call;
    const { demands, verdicts, refusal } = await countCall(kit.rateLimiter, limits, { actor, network, kind });
    for (const [name, value] of Object.entries(rateLimitHeaders(demands, verdicts)))
      call.headers.set(name, value);
    if (refusal) throw refusal;
  };

  const identify = async (request: Request, call: Call, kind: RateLimitClass): Promise<Actor> => {
    try {
      return (await authenticate(request)) ?? anonymous;
    } catch (error) {
      // A session that is refused counts like none: guessing tokens is no way around the limits.
      await limit(call, anonymous, kind);
      if (isSocialError(error)) throw error;
      logger.error({ err: error, requestId: call.requestId }, 'authenticate failed');
      throw unavailable('session.unavailable', 'sessions cannot be checked right now', { cause: error });
    }
  };

  const serve = async (route: Route, request: Request, call: Call): Promise<Response> => {
    const { operation } = route;
    call.operation = operation.name;
    const admitted = admission.enter(operation.rateLimit);
    // What outlives its deadline has been answered: its place is free, whatever becomes of it.
    call.signal.addEventListener('abort', admitted.leave, { once: true });
    try {
      const actor = await identify(request, call, operation.rateLimit);
      admitted.keepRoomFor(actor);
      await limit(call, actor, operation.rateLimit);
      const parts = call.pathname.split('/').slice(baseSegments);
      const path = Object.fromEntries(
        route.segments.flatMap((segment, i) => ('name' in segment ? [[segment.name, parts[i] ?? '']] : [])),
      );
      const input = await readInput(route, request, path, call.search, { bodyLimit, signal: call.signal });
      return resultResponse(request, await route.call(actor, input), etag);
    } finally {
      admitted.leave();
    }
  };

  for (const route of [...routes].sort(bySpecificity)) {
    const path = route.segments
      .map((segment) => ('name' in segment ? `:${segment.name}` : segment.literal))
      .join('/');
    app.on(route.operation.method, `${basePath}/${path}`, (c) => serve(route, c.req.raw, c.env));
  }
  const eventsPath = `${basePath}/events`;
  if (kit.realtime) {
    const streams = createEventStreams(kit.realtime.hub);
    app.get(eventsPath, async (c) => {
      c.env.operation = 'realtime.events';
      const actor = await identify(c.req.raw, c.env, 'read');
      await limit(c.env, actor, 'read');
      return streams(actor, c.req.raw);
    });
  }
  const pages = createPages(kit, routes, { ...options, mountPath, basePath });
  for (const page of pages)
    app.get(page.path, async (c) => {
      if (page.limited) await limit(c.env, anonymous, 'read');
      return page.respond(c.req.raw);
    });

  /** Methods that answer under a path. */
  const methodsOf = (pathname: string): string[] => {
    const parts = pathname.split('/').slice(baseSegments);
    const methods = pathname.startsWith(`${basePath}/`)
      ? routes
          .filter(
            ({ segments }) =>
              segments.length === parts.length &&
              segments.every((segment, i) => 'name' in segment || segment.literal === parts[i]),
          )
          .map(({ operation }) => operation.method as string)
      : [];
    if (pages.some((page) => page.path === pathname) || (kit.realtime && pathname === eventsPath))
      methods.push('GET');
    return [...new Set(methods)];
  };

  app.notFound(async (c) => {
    const call = c.env;
    const methods = methodsOf(call.pathname);
    await limit(call, anonymous, 'read');
    if (methods.length === 0) throw new SocialError('not_found', 'route.not_found', 'there is nothing here');
    call.headers.set('allow', [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', '));
    const error = new SocialError('validation', 'route.method_not_allowed', 'this method does not work here');
    return problemResponse(error, call.requestId, 405);
  });
  app.onError((error) => {
    throw error;
  });

  const failed = (thrown: unknown, call: Call): Response => {
    const error = asSocialError(thrown);
    const facts = { requestId: call.requestId, operation: call.operation, code: error.code };
    if (error.category === 'internal')
      logger.error({ ...facts, err: error.cause ?? error }, 'a request failed');
    else if (error.category === 'unavailable' || error.category === 'timeout')
      logger.warn({ ...facts, err: error.cause ?? error }, 'a request could not be served');
    return problemResponse(error, call.requestId);
  };

  const answer = async (request: Request, call: Call, abort: () => void): Promise<Response> => {
    const preflight = cors.preflight(request, [...new Set(methodsOf(call.pathname))]);
    if (preflight) return preflight;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        abort();
        reject(
          new SocialError(
            'timeout',
            'request.timeout',
            `this took longer than ${deadlineMs} ms; a write may still have happened: repeat it with the same idempotency key`,
          ),
        );
      }, deadlineMs);
    });
    try {
      return await Promise.race([Promise.resolve(app.fetch(request, call)), deadline]);
    } catch (error) {
      return failed(error, call);
    } finally {
      clearTimeout(timer);
    }
  };

  return async (request, client = {}) => {
    const requestId = requestIdOf(request);
    const controller = new AbortController();
    const started = performance.now();
    const headers = new Headers();
    const { pathname, search } = new URL(request.url);
    const call: Call = {
      requestId,
      network: networkOf(clientAddress(request.headers, client.address, trustedProxyHops)),
      pathname,
      search,
      signal: controller.signal,
      headers,
      operation: 'none',
    };
    const response =
      request.url.length > MAX_URL
        ? failed(new SocialError('too_large', 'request.url_too_long', 'the address is too long'), call)
        : await answer(request, call, () => controller.abort());
    for (const [name, value] of headers) response.headers.set(name, value);
    if (!response.headers.has('access-control-allow-origin')) cors.apply(request, response.headers);
    secure(response.headers, requestId);
    logger.debug(
      {
        requestId,
        operation: call.operation,
        status: response.status,
        ms: Math.round(performance.now() - started),
      },
      'answered',
    );
    return response;
  };
}
