import type { Actor } from '@socialkit/core';
import type { HttpLimitOverrides } from '../http/rate-limits.js';

/** A verified session. */
export interface Session {
  readonly actor: Actor;
  /** When it ends, Unix milliseconds; null for never. @default null */
  readonly expiresAt?: number | null;
  /** The host's name of the session, for `gateway.revoke({ sessionId })`. */
  readonly sessionId?: string | null;
}

/**
 * Who opens a connection, as the host knows it. The request is that of the upgrade; a token from a frame stands in its
 * `authorization` header, so that one function serves HTTP and sockets. Null is nobody.
 *
 * @throws SocialError unauthenticated for a token that is not valid
 */
export type GatewayAuthenticate = (
  request: Request,
) => Actor | Session | null | Promise<Actor | Session | null>;

/** Limits of a gateway; each can be moved, none switched off. */
export interface GatewayLimits {
  /** Bytes of a frame from a client. @default 65536 */
  readonly frameBytes: number;
  /** Arrays and objects inside each other. @default 32 */
  readonly depth: number;
  /** Frames of a batch. @default 32 */
  readonly batch: number;
  /** Frames a second; three times as many at once. @default 20 */
  readonly framesPerSecond: number;
  /** Streams one connection follows. @default 128 */
  readonly subscriptions: number;
  /** Connections of one account on this node; a further one takes the place of the oldest. @default 10 */
  readonly socketsPerUser: number;
  /** Connections of this node. @default 20000 */
  readonly sockets: number;
  /** Connections a minute of one client network, counted by all nodes together. @default 300 */
  readonly connectsPerMinute: number;
  /** Milliseconds until the first frame must have come. @default 5000 */
  readonly helloMs: number;
  /** Frames being worked on; beyond it the socket is not read. @default 32 */
  readonly inFlight: number;
  /** Milliseconds a call may take. @default 10000 */
  readonly deadlineMs: number;
  /** Bytes waiting for a client from which hints are put together or dropped. @default 262144 */
  readonly softBuffer: number;
  /** Bytes waiting for a client at which it is closed. @default 1048576 */
  readonly hardBuffer: number;
  /** Milliseconds in which nothing of what waits is taken, after which the client is closed. @default 10000 */
  readonly stalledMs: number;
  /** Bytes waiting for all clients of the node. @default a quarter of the heap */
  readonly nodeBuffer: number;
  /** Replayed events that may be under way unacknowledged. @default 256 */
  readonly window: number;
  /** Milliseconds of silence after which the client is asked for a sign of life. @default 25000 */
  readonly heartbeatMs: number;
  /** Milliseconds it has to give one. @default 10000 */
  readonly heartbeatGraceMs: number;
  /** Milliseconds a session opened by a ticket lasts. @default 3600000 */
  readonly ticketSessionMs: number;
  /** Milliseconds over which clients are told to come back when the node stops. @default 30000 */
  readonly drainSpreadMs: number;
}

/** Options of {@link createGateway}. */
export interface GatewayOptions {
  readonly authenticate: GatewayAuthenticate;
  /**
   * Origins whose pages may connect, for example `https://app.example.org`. Programs, which send no Origin, may connect with a token
   * or a ticket. @default none: no page may connect
   */
  readonly origins?: readonly string[];
  /** Whether the cookies of an upgrade request from an allowed origin authenticate it. @default false */
  readonly cookies?: boolean;
  /** @default '/v1/realtime' */
  readonly path?: string;
  /** Proxies in front of the server that write X-Forwarded-For. @default 0: the header is ignored */
  readonly trustedProxyHops?: number;
  readonly limits?: Partial<GatewayLimits>;
  /** Other numbers for the limits of calls, which HTTP and sockets share: give the ones the HTTP handler has. */
  readonly callLimits?: HttpLimitOverrides;
  /** Milliseconds between two looks at all connections. @default 1000 */
  readonly sweepMs?: number;
}

const DEFAULTS: Omit<GatewayLimits, 'nodeBuffer'> = {
  frameBytes: 64 * 1024,
  depth: 32,
  batch: 32,
  framesPerSecond: 20,
  subscriptions: 128,
  socketsPerUser: 10,
  sockets: 20_000,
  connectsPerMinute: 300,
  helloMs: 5000,
  inFlight: 32,
  deadlineMs: 10_000,
  softBuffer: 256 * 1024,
  hardBuffer: 1024 * 1024,
  stalledMs: 10_000,
  window: 256,
  heartbeatMs: 25_000,
  heartbeatGraceMs: 10_000,
  ticketSessionMs: 60 * 60_000,
  drainSpreadMs: 30_000,
};

/** @param heapBytes what the process may use @throws TypeError for a limit that is no positive number */
export function resolveGatewayLimits(
  given: Partial<GatewayLimits> = {},
  heapBytes: number,
): Readonly<GatewayLimits> {
  const limits = { ...DEFAULTS, nodeBuffer: Math.floor(heapBytes / 4), ...given };
  for (const [name, value] of Object.entries(limits))
    if (!(Number.isFinite(value) && (value > 0 || (name === 'drainSpreadMs' && value === 0))))
      throw new TypeError(`the limit ${name} must be a positive number`);
  return Object.freeze(limits);
}
