import { type ClientFrame, type ServerFrame, SUBPROTOCOL } from '@socialkit/core/protocol';
import { type BackoffOptions, pauseAfter, type Verdict, verdictOf } from './backoff.js';
import { toldError } from './errors.js';
import { type Heartbeat, startHeartbeat } from './heartbeat.js';
import type { SocketConstructor, SocketLike } from './socket.js';
import type { Timers } from './timers.js';

/** `waiting` is between two attempts; `closed` is for good. */
export type ConnectionState = 'connecting' | 'open' | 'waiting' | 'closed';
/** Why a token is asked for: to connect, because the last one was refused, because the one in use ends soon. */
export type TokenReason = 'connect' | 'refused' | 'expiring';
type Frame<T extends ServerFrame['t']> = Extract<ServerFrame, { t: T }>;
export type Welcome = Frame<'welcome'>;

export interface ConnectionDeps extends BackoffOptions {
  readonly url: () => string;
  readonly WebSocket: SocketConstructor;
  readonly token: (reason: TokenReason) => Promise<string | null>;
  /** Whether asking for a token again can give another one. */
  readonly renewable: boolean;
  readonly timers: Timers;
  readonly random: () => number;
  readonly connectTimeoutMs: number;
  readonly pongTimeoutMs: number;
  /** Milliseconds a connection has to last for the next failure to count as the first. */
  readonly stableMs: number;
  /** Name of the program, for the server's log. */
  readonly client?: string | undefined;
}

/** What the connection tells, always in this order: `up`, frames, `down`. */
export interface ConnectionListener {
  /** Where the followed streams stand, for the hello. */
  resume(): NonNullable<Extract<ClientFrame, { t: 'hello' }>['resume']>;
  up(welcome: Welcome): void;
  /** Every frame but welcome, pong and bye. */
  frame(frame: ServerFrame): void;
  down(): void;
  state(state: ConnectionState, reason: string): void;
  error(error: unknown): void;
}

/** One logical connection that outlives its sockets. */
export interface Connection {
  readonly state: ConnectionState;
  /** A number for a request; never used twice while the client lives. */
  nextId(): number;
  /** @returns false when there is no connection: nothing was sent */
  send(frame: ClientFrame): boolean;
  /** Drops the socket, as a network does, and comes back at once. */
  cut(): void;
  close(): void;
}

/** Categories of errors after which the server closes a connection that was not welcomed. */
const CLOSING: ReadonlySet<string> = new Set(['unauthenticated', 'forbidden', 'rate_limited']);
/** Tokens are renewed this long before they end, or at half of what is left. */
const RENEW_BEFORE_MS = 30_000;

/** Opens the connection and keeps it open until `close()` or until the server says not to come back. */
export function openConnection(deps: ConnectionDeps, listener: ConnectionListener): Connection {
  const { timers, random } = deps;
  let state: ConnectionState = 'connecting';
  let socket: SocketLike | null = null;
  let heartbeat: Heartbeat | null = null;
  let failures = 0;
  let lastId = 0;
  let upSince = 0;
  let byeAfterMs: number | undefined;
  /** The server's clock minus ours, in milliseconds. */
  let skew = 0;
  let renewal: number | null = null;
  const cancels = new Map<string, () => void>();

  const nextId = () => {
    lastId = lastId >= 2_147_483_647 ? 1 : lastId + 1;
    return lastId;
  };
  const later = (name: string, ms: number, work: () => void) => {
    cancels.get(name)?.();
    cancels.set(name, timers.after(ms, work));
  };
  const cancel = (...names: string[]) => {
    for (const name of names) cancels.get(name)?.();
  };
  const become = (next: ConnectionState, reason: string) => {
    state = next;
    listener.state(next, reason);
  };
  const transmit = (frame: ClientFrame): boolean => {
    try {
      socket?.send(JSON.stringify(frame));
    } catch {
      // A socket that closes under the hand says so by its close event.
    }
    return socket !== null;
  };

  const lost = (verdict: Verdict, reason: string, pauseMs?: number) => {
    const wasOpen = state === 'open';
    const dead = socket;
    socket = null;
    heartbeat?.stop();
    heartbeat = null;
    cancel('connect', 'renew');
    try {
      dead?.close();
    } catch {
      // It is gone either way.
    }
    if (wasOpen) {
      if (timers.now() - upSince >= deps.stableMs) failures = 0;
      listener.down();
    }
    if (verdict === 'no' || (verdict === 'authenticate' && !deps.renewable)) return become('closed', reason);
    const pause = pauseMs ?? pauseAfter(verdict, failures, random(), { ...deps, byeAfterMs });
    byeAfterMs = undefined;
    failures++;
    become('waiting', reason);
    later('again', pause, () => void connect(verdict === 'authenticate' ? 'refused' : 'connect'));
  };

  const renewBefore = (expiresAt: number | null) => {
    if (expiresAt === null) return;
    const left = Math.max(0, expiresAt - timers.now() - skew);
    later('renew', Math.max(left - RENEW_BEFORE_MS, left / 2), () => {
      const asked = socket;
      deps.token('expiring').then(
        (token) => {
          if (socket !== asked || token === null) return;
          renewal = nextId();
          transmit({ t: 'auth', id: renewal, token });
        },
        (error) => listener.error(error),
      );
    });
  };
  /** The answer to a renewed token: when that one ends. */
  const renewed = (frame: ServerFrame): boolean => {
    if ((frame.t !== 'ok' && frame.t !== 'err') || renewal === null || frame.id !== renewal) return false;
    renewal = null;
    if (frame.t === 'err') listener.error(toldError(frame));
    else renewBefore((frame.data as { expiresAt?: number | null } | undefined)?.expiresAt ?? null);
    return true;
  };

  const take = (frame: ServerFrame, from: SocketLike) => {
    if (frame.t === 'welcome') {
      cancel('connect');
      upSince = timers.now();
      heartbeat = startHeartbeat({
        ...deps,
        intervalMs: frame.heartbeatMs,
        ping: () => transmit({ t: 'ping' }),
        dead: () => socket === from && lost('yes', 'the server fell silent', 0),
      });
      skew = frame.now - timers.now();
      renewBefore(frame.expiresAt);
      become('open', 'welcome');
      listener.up(frame);
    } else if (frame.t === 'bye') byeAfterMs = frame.afterMs;
    else if (frame.t === 'pong' || renewed(frame)) return;
    else if (state === 'open') listener.frame(frame);
    else if (frame.t === 'err') {
      listener.error(toldError(frame));
      // What is wrong with the account or the rate, the close that follows says; after anything else none follows.
      if (!CLOSING.has(frame.category)) lost('yes', frame.code);
    }
  };

  const attach = (made: SocketLike, token: string | null) => {
    made.onopen = () => {
      if (socket !== made) return;
      const resume = listener.resume();
      transmit({
        t: 'hello',
        id: nextId(),
        ...(token === null ? {} : { token }),
        ...(resume.length === 0 ? {} : { resume }),
        ...(deps.client === undefined ? {} : { client: deps.client }),
      });
    };
    made.onmessage = (event: { readonly data: unknown }) => {
      if (socket !== made) return;
      heartbeat?.heard();
      let parsed: ServerFrame | ServerFrame[];
      try {
        parsed = JSON.parse(String(event.data));
      } catch (error) {
        return listener.error(error);
      }
      for (const frame of Array.isArray(parsed) ? parsed : [parsed]) {
        // A listener may have ended the connection.
        if (socket !== made) return;
        take(frame, made);
      }
    };
    made.onclose = (event: { readonly code?: number; readonly reason?: string }) => {
      if (socket === made) lost(verdictOf(event.code ?? 1006), `${event.code ?? 1006} ${event.reason ?? ''}`);
    };
    // A close follows every error; without a listener some libraries throw.
    made.onerror = () => {};
  };

  async function connect(reason: TokenReason): Promise<void> {
    become('connecting', reason);
    const attempt = nextId();
    later('connect', deps.connectTimeoutMs, () => lost('yes', 'no welcome in time'));
    try {
      const token = await deps.token(reason);
      if (state !== 'connecting' || lastId !== attempt) return;
      socket = new deps.WebSocket(deps.url(), [SUBPROTOCOL]);
      attach(socket, token);
    } catch (error) {
      listener.error(error);
      if (state === 'connecting' && lastId === attempt) lost('yes', 'no token or no socket');
    }
  }

  // On the next turn, so that whoever opened the connection holds it before anything is told.
  later('again', 0, () => void connect('connect'));
  return {
    get state() {
      return state;
    },
    nextId,
    send: (frame) => state === 'open' && transmit(frame),
    cut: () => void (state === 'open' && lost('yes', 'cut', 0)),
    close() {
      if (state === 'closed') return;
      cancel('again');
      lost('no', 'closed by the application');
    },
  };
}
