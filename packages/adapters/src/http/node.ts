import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Handler } from './handler.js';

/** Options of {@link serve}. */
export interface ServeOptions {
  /** 0 takes a free one. @default 3000 */
  readonly port?: number;
  /** @default all addresses */
  readonly hostname?: string;
  /** Milliseconds a client may take to send its headers. @default 10000 */
  readonly headersTimeoutMs?: number;
  /** Milliseconds a client may take to send a whole request. @default 15000 */
  readonly requestTimeoutMs?: number;
  /** Milliseconds an idle connection stays open; keep it above that of a proxy in front. @default 65000 */
  readonly keepAliveTimeoutMs?: number;
  /** Open connections at most. @default 10000 */
  readonly maxConnections?: number;
}

/** A listening server. */
export interface RunningServer {
  readonly port: number;
  readonly server: Server;
  /** Stops listening, lets requests under way end for up to `graceMs`, then cuts what is left. @default 10000 */
  close(graceMs?: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What node:http and the frameworks on top of it call. */
export type NodeListener = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

/**
 * A handler as a listener of node:http, for Express, Fastify and others: it reads the request itself, so mount it before
 * anything that parses bodies. Needs `@hono/node-server`.
 */
export function nodeListener(handler: Handler): NodeListener {
  let loaded: Promise<NodeListener> | undefined;
  const load = async (): Promise<NodeListener> => {
    const { getRequestListener } = await import('@hono/node-server');
    return getRequestListener(
      (request, env) => handler(request, { address: (env.incoming as IncomingMessage).socket.remoteAddress }),
      { overrideGlobalObjects: false, errorHandler: () => new Response(null, { status: 400 }) },
    );
  };
  return async (incoming, outgoing) => {
    loaded ??= load();
    await (await loaded)(incoming, outgoing);
  };
}

/**
 * Serves a handler with node:http; the handler gets each connection's address. Needs `@hono/node-server`.
 * Rejects when the port cannot be had.
 */
export async function serve(handler: Handler, options: ServeOptions = {}): Promise<RunningServer> {
  const listener = nodeListener(handler);
  const server = createServer(
    {
      headersTimeout: options.headersTimeoutMs ?? 10_000,
      requestTimeout: options.requestTimeoutMs ?? 15_000,
      keepAliveTimeout: options.keepAliveTimeoutMs ?? 65_000,
    },
    (incoming, outgoing) => {
      // A connection kept alive would hold up a server that closes.
      outgoing.once('close', () => {
        if (closing) setImmediate(() => server.closeIdleConnections());
      });
      listener(incoming, outgoing).catch(() => outgoing.destroy());
    },
  );
  let closing: Promise<void> | undefined;
  server.maxConnections = options.maxConnections ?? 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: options.port ?? 3000, host: options.hostname }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // A broken socket is the client's business, never the end of the process.
  server.on('error', () => {});
  const address = server.address();
  const close = (graceMs = 10_000): Promise<void> => {
    closing ??= new Promise((resolve) => {
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      server.close(() => {
        clearTimeout(cut);
        resolve();
      });
      server.closeIdleConnections();
    });
    return closing;
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : (options.port ?? 3000),
    server,
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}
