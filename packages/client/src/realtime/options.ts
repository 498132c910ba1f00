import type { BackoffOptions } from './backoff.js';
import type { Pace } from './calls.js';
import type { ConnectionState, TokenReason } from './connection.js';
import type { ClientStorage, OutboxItem } from './outbox.js';
import type { SocketConstructor } from './socket.js';
import type { Timers } from './timers.js';

/** Options of {@link createRealtimeClient}. */
export interface RealtimeClientOptions extends BackoffOptions {
  /** `wss://…` of the gateway; a function is asked before every attempt, for example to go to another node. */
  readonly url: string | (() => string);
  /** A token that is valid as long as the client lives. Without it and `authenticate`, the upgrade request itself authenticates (cookie). */
  readonly token?: string;
  /**
   * Gives a token: for every connection, after a refusal, and before the one in use ends.
   * @returns null to connect without one
   */
  readonly authenticate?: (reason: TokenReason) => string | null | Promise<string | null>;
  /** @default the global `WebSocket`; Node 20 needs the one of the package `ws` */
  readonly WebSocket?: SocketConstructor;
  /** Keeps unsent writes over restarts. @default they live as long as the client */
  readonly storage?: ClientStorage;
  /** Name of the program, for the server's log; at most 100 characters. */
  readonly client?: string;
  /** Milliseconds until a connection that was not welcomed is given up. @default 10000 */
  readonly connectTimeoutMs?: number;
  /** Milliseconds of silence after a ping until a connection counts as dead. @default 10000 */
  readonly pongTimeoutMs?: number;
  /** How fast calls go out, as far as the server takes them. @default 40 at once, 17 a second */
  readonly pace?: Pace;
  /** Told about every change of the connection. */
  readonly onState?: (state: ConnectionState, reason: string) => void;
  /** Told about what went wrong without a caller to tell: a follower that threw, a token that could not be had. @default nothing */
  readonly onError?: (error: unknown) => void;
  /** Told about a write of an earlier run that was answered (`error` null) or refused. */
  readonly onSent?: (item: OutboxItem, error: unknown) => void;
  /** @default the machine's */
  readonly timers?: Timers;
  /** 0 up to, not including, 1. @default Math.random */
  readonly random?: () => number;
}

/** The constructor to use. @throws TypeError when there is none */
export function socketConstructorOf(options: RealtimeClientOptions): SocketConstructor {
  const found = options.WebSocket ?? (globalThis as { WebSocket?: SocketConstructor }).WebSocket;
  if (found === undefined)
    throw new TypeError('there is no WebSocket here: give the one of the package ws as the option WebSocket');
  return found;
}
