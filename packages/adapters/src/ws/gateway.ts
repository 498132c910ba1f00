import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { getHeapStatistics } from 'node:v8';
import {
  type Actor,
  type BoundSlice,
  CLOSE,
  type CloseReason,
  type HubStats,
  isSocialError,
  type RateLimiter,
  type RealtimeHub,
  type RevocationTarget,
  type Runtime,
  SUBPROTOCOL,
} from '@socialkit/core';
import { WebSocketServer } from 'ws';
import { clientAddress, networkOf } from '../http/client-network.js';
import { createDispatch } from '../http/dispatch.js';
import { Connection, type ConnectionParts } from './connection.js';
import { createHelloWatch } from './hello-watch.js';
import { type GatewayLimits, type GatewayOptions, resolveGatewayLimits } from './options.js';
import { openSession } from './session.js';
import { GatewaySocket } from './socket.js';
import { credentialsOf, originOf, packUpgrade, readUpgrade, refuseUpgrade } from './upgrade.js';

/** The part of a kit that the gateway needs; what `createSocialKit` returns has it. */
export interface GatewayKit {
  readonly slices: readonly BoundSlice[];
  readonly runtime: Pick<Runtime, 'clock' | 'logger'>;
  readonly rateLimiter: RateLimiter;
  readonly realtime: { readonly hub: RealtimeHub; redeem(ticket: string): Promise<string | null> };
  actorFor(subject: { readonly accountId: string }): Promise<Actor | null>;
}

/** Counts of a gateway since it started. */
export interface GatewayStats {
  /** Sockets that are open now, and those of them that said who they are. */
  readonly sockets: number;
  readonly sessions: number;
  /** Sockets since the start. */
  readonly accepted: number;
  /** Upgrades refused, by HTTP status. */
  readonly refused: Readonly<Record<string, number>>;
  /** Ends of sockets by close code. */
  readonly closed: Readonly<Record<string, number>>;
  readonly frames: number;
  readonly calls: number;
  readonly framed: number;
  readonly plain: number;
  readonly droppedHints: number;
  readonly coalescedHints: number;
  readonly slowCloses: number;
  /** Bytes that wait for clients now. */
  readonly buffered: number;
  readonly hub: HubStats;
}

/** A running gateway. */
export interface Gateway {
  /** Serves the upgrades of a server that come for its path. @returns a function that stops it */
  attach(server: Server): () => void;
  /** Serves a port of its own. @returns the port */
  listen(options?: { readonly port?: number; readonly hostname?: string }): Promise<number>;
  /** Ends the sessions of an account, or one session, on every node. */
  revoke(target: RevocationTarget): void;
  /**
   * Takes no more connections, tells every client when to come back, finishes what is under way and closes. Resolves when
   * all are gone.
   */
  drain(options?: { readonly graceMs?: number }): Promise<void>;
  stats(): GatewayStats;
  /** Drains, then lets go of servers and timers. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Errors of a socket that nobody serves yet; unheard they would end the process. */
function destroyOnError(this: Duplex): void {
  this.destroy();
}

const count = (counts: Record<string, number>, name: string | number) => {
  counts[name] = (counts[name] ?? 0) + 1;
};

/**
 * The WebSocket face of a kit: durable streams that resume, hints, and every public operation as a call. See `docs/protocol.md`.
 *
 * @throws TypeError for limits that are none and origins that are none
 */
export function createGateway(kit: GatewayKit, options: GatewayOptions): Gateway {
  const { authenticate, cookies = false, trustedProxyHops = 0, sweepMs = 1000 } = options;
  const path = options.path ?? '/v1/realtime';
  const limits: GatewayLimits = resolveGatewayLimits(options.limits, getHeapStatistics().heap_size_limit);
  const origins = new Set(
    (options.origins ?? []).map((text) => {
      const origin = originOf(text);
      if (origin === null) throw new TypeError(`${text} is no origin`);
      return origin;
    }),
  );
  const { hub } = kit.realtime;
  const { clock } = kit.runtime;
  const logger = kit.runtime.logger.child({ part: 'gateway' });
  const dispatch = createDispatch(kit, { limits: options.callLimits, deadlineMs: limits.deadlineMs });
  const server = new WebSocketServer<typeof GatewaySocket>({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.frameBytes,
    closeTimeout: 5000,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    WebSocket: GatewaySocket,
  } as ConstructorParameters<typeof WebSocketServer<typeof GatewaySocket>>[0]);
  const connectRule = { name: 'connect', limit: limits.connectsPerMinute, windowMs: 60_000 };

  const connections = new Set<Connection>();
  /** Oldest first; each list replaced with every change. */
  const byAccount = new Map<string, readonly Connection[]>();
  const counts = {
    accepted: 0,
    frames: 0,
    calls: 0,
    framed: 0,
    plain: 0,
    droppedHints: 0,
    coalescedHints: 0,
    slowCloses: 0,
    refused: {} as Record<string, number>,
    closed: {} as Record<string, number>,
  };
  const detach = new Set<() => void>();
  const own = new Set<Server>();
  let upgrading = 0;
  let draining = false;
  let whenEmpty: (() => void)[] = [];
  let closed: Promise<void> | undefined;

  const sweep = setInterval(() => {
    const now = performance.now();
    let total = 0;
    for (const connection of connections) {
      connection.sweep(now);
      total += connection.outgoing.buffered;
    }
    if (total <= limits.nodeBuffer) return;
    // Too much waits in all: those for whom most waits come again and resume.
    const largest = [...connections].sort((a, b) => b.outgoing.buffered - a.outgoing.buffered);
    for (const { outgoing } of largest) {
      if (total <= limits.nodeBuffer) return;
      total -= outgoing.buffered;
      counts.slowCloses++;
      outgoing.close('slowConsumer', 'the node is short of memory');
    }
  }, sweepMs);
  sweep.unref();

  const ofAccounts = (accountIds: readonly string[]) => accountIds.flatMap((id) => byAccount.get(id) ?? []);

  const endListening = hub.onSession({
    revoked(target) {
      const concerned =
        'accountId' in target
          ? ofAccounts([target.accountId])
          : [...connections].filter(({ session }) => session?.sessionId === target.sessionId);
      for (const connection of concerned) connection.close('unauthenticated', 'the session was revoked');
    },
    changed(accountIds) {
      for (const connection of ofAccounts(accountIds)) {
        const { session } = connection;
        if (!session) continue;
        const accountId = connection.client?.accountId ?? '';
        kit
          .actorFor({ accountId })
          .then((actor) => {
            if (actor === null) connection.close('unauthenticated', 'the account is gone');
            else if (connection.session === session) connection.renew({ ...session, actor });
          })
          .catch((error: unknown) => {
            if (isSocialError(error) && error.category === 'forbidden')
              connection.close('forbidden', error.code);
            else logger.warn({ err: error }, 'an account could not be asked for');
          });
      }
    },
  });

  const onOpen = (connection: Connection): void => {
    const accountId = connection.client?.accountId ?? '';
    const those = (byAccount.get(accountId) ?? []).concat(connection);
    const tooMany = those.splice(0, Math.max(0, those.length - limits.socketsPerUser));
    byAccount.set(accountId, those);
    for (const oldest of tooMany) oldest.close('replaced', 'too many connections of one account');
  };
  const onEnd = (connection: Connection, code: number): void => {
    connections.delete(connection);
    hellos.delete(connection);
    count(counts.closed, code);
    const accountId = connection.client?.accountId;
    if (accountId !== undefined) {
      const left = (byAccount.get(accountId) ?? []).filter((other) => other !== connection);
      if (left.length > 0) byAccount.set(accountId, left);
      else byAccount.delete(accountId);
    }
    if (connections.size > 0) return;
    for (const resolve of whenEmpty) resolve();
    whenEmpty = [];
  };

  const hellos = createHelloWatch<Connection>(limits.helloMs, (connection) =>
    connection.close('helloTimeout', 'no hello'),
  );
  const parts: ConnectionParts = {
    hub,
    dispatch,
    limits,
    counts,
    logger,
    now: clock.now,
    authenticate: (upgrade, proof) => openSession(kit, authenticate, upgrade, proof, limits.ticketSessionMs),
    onHello: hellos.delete,
    onOpen,
    onEnd,
    onClose: (reason: CloseReason) => logger.debug({ code: CLOSE[reason].code }, 'closing a socket'),
  };

  const accept = async (incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const refuse = (status: 400 | 403 | 429 | 503, text: string, retryAfterSeconds?: number) => {
      count(counts.refused, status);
      refuseUpgrade(socket, {
        status,
        text,
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      });
    };
    const request = readUpgrade(incoming);
    if (request === null) return refuse(400, 'the request is not valid');
    const given = incoming.headers.origin;
    if (given !== undefined && !origins.has(originOf(given) ?? ''))
      return refuse(403, 'this origin may not connect');
    if (draining) return refuse(503, 'this node is stopping', 1);
    if (connections.size + upgrading >= limits.sockets) return refuse(503, 'this node is full', 5);
    const network = networkOf(
      clientAddress(request.headers, incoming.socket.remoteAddress, trustedProxyHops),
    );
    upgrading++;
    try {
      const [verdict] = await kit.rateLimiter.consume([{ rule: connectRule, key: `n:${network}` }]);
      if (verdict && !verdict.allowed)
        return refuse(429, 'too many connections', Math.ceil(verdict.retryAfterMs / 1000));
    } catch (error) {
      logger.warn({ err: error }, 'connections cannot be counted');
      return refuse(503, 'connections cannot be counted right now', 1);
    } finally {
      upgrading--;
    }
    if (socket.destroyed) return;
    if (draining) return refuse(503, 'this node is stopping', 1);
    const arrival = {
      upgrade: packUpgrade(request),
      credentials: credentialsOf(request, cookies, given !== undefined),
      network,
    };
    server.handleUpgrade(incoming, socket, head, (ws) => {
      counts.accepted++;
      socket.off('error', destroyOnError);
      const connection = new Connection(ws, parts, arrival);
      hellos.add(connection);
      connections.add(connection);
      if (ws.protocol !== SUBPROTOCOL) connection.close('version', `speak ${SUBPROTOCOL}`);
    });
  };

  const attach = (target: Server): (() => void) => {
    const onUpgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', destroyOnError);
      const pathname = (incoming.url ?? '').split('?', 1)[0];
      if (pathname !== path) {
        // Somebody else of this server may serve it.
        if (target.listenerCount('upgrade') > 1) return;
        count(counts.refused, 404);
        refuseUpgrade(socket, { status: 404, text: 'there is nothing here' });
        return;
      }
      accept(incoming, socket, head).catch((error: unknown) => {
        logger.error({ err: error }, 'an upgrade failed');
        socket.destroy();
      });
    };
    target.on('upgrade', onUpgrade);
    const stop = () => {
      target.off('upgrade', onUpgrade);
      detach.delete(stop);
    };
    detach.add(stop);
    return stop;
  };

  const drain = async ({ graceMs = 10_000 }: { readonly graceMs?: number } = {}): Promise<void> => {
    draining = true;
    for (const connection of connections) connection.drain(Math.random() * limits.drainSpreadMs, graceMs);
    if (connections.size > 0) await new Promise<void>((resolve) => whenEmpty.push(resolve));
  };

  const close = (): Promise<void> => {
    closed ??= drain().then(async () => {
      clearInterval(sweep);
      endListening();
      for (const stop of [...detach]) stop();
      await Promise.all([...own].map((of) => new Promise<void>((resolve) => of.close(() => resolve()))));
    });
    return closed;
  };

  return {
    attach,
    async listen({ port = 0, hostname } = {}) {
      const target = createServer((_, response) => {
        response.writeHead(404, { connection: 'close' }).end();
      });
      target.on('clientError', (_, socket) => socket.destroy());
      attach(target);
      await new Promise<void>((resolve, reject) => {
        target.once('error', reject);
        target.listen({ port, host: hostname }, resolve);
      });
      own.add(target);
      const address = target.address();
      return typeof address === 'object' && address !== null ? address.port : port;
    },
    revoke: (target) => hub.revoke(target),
    drain,
    stats() {
      let sessions = 0;
      let buffered = 0;
      for (const { session, outgoing } of connections) {
        if (session) sessions++;
        buffered += outgoing.buffered;
      }
      const { refused, closed: ends, ...rest } = counts;
      return {
        sockets: connections.size,
        sessions,
        buffered,
        ...rest,
        refused: { ...refused },
        closed: { ...ends },
        hub: hub.stats(),
      };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
