import {
  CLOSE,
  type ClientFrame,
  type CloseReason,
  errorToJson,
  frameOf,
  type HubClient,
  invalid,
  jsonTextOf,
  type Logger,
  type RealtimeHub,
  SocialError,
  type StreamStanding,
} from '@socialkit/core';
import type { WebSocket } from 'ws';
import type { Dispatch } from '../http/dispatch.js';
import { asSocialError } from '../http/problem.js';
import { useOwnCloseCodes } from './framing.js';
import { type InboundFrame, readInbound } from './inbound.js';
import type { GatewayLimits } from './options.js';
import { createOutgoing, type Outgoing, type OutgoingCounts } from './outgoing.js';
import { type Credentials, closeReasonOf, type OpenSession } from './session.js';
import { createWork } from './work.js';

/** What a connection knows of the gateway. */
export interface ConnectionDeps {
  readonly hub: RealtimeHub;
  readonly dispatch: Dispatch;
  readonly limits: GatewayLimits;
  readonly counts: OutgoingCounts & { frames: number; calls: number };
  readonly logger: Logger;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Verifies a token, or what came with the upgrade. */
  readonly authenticate: (credentials: Credentials) => Promise<OpenSession>;
  /** What came with the upgrade; null when a token must. */
  readonly credentials: Credentials | null;
  readonly network: string;
  /** It said who it is: it counts for its account now. */
  readonly onOpen: (connection: Connection) => void;
  /** It is gone; once, whatever happened. */
  readonly onEnd: (connection: Connection, code: number) => void;
  readonly onClose: (reason: CloseReason) => void;
}

/** One open socket. */
export interface Connection {
  readonly client: HubClient | null;
  readonly session: OpenSession | null;
  readonly outgoing: Outgoing;
  /** Frames being worked on. */
  readonly running: number;
  close(reason: CloseReason, text: string): void;
  /** Says when to come back, finishes what is under way, closes. */
  drain(afterMs: number, graceMs: number): void;
  /** The session's actor has changed. */
  renew(session: OpenSession): void;
  /** @param now monotonic milliseconds */
  sweep(now: number): void;
  terminate(): void;
}

type Frame<T extends ClientFrame['t']> = Extract<ClientFrame, { t: T }>;

const heartbeatJitter = () => 0.9 + Math.random() * 0.2;

/** Serves one socket from its first frame to its end. */
export function serveConnection(ws: WebSocket, deps: ConnectionDeps): Connection {
  const { limits, counts, hub, dispatch, logger } = deps;
  useOwnCloseCodes(ws);
  const outgoing = createOutgoing(ws, limits, counts, deps.onClose);
  let session: OpenSession | null = null;
  let client: HubClient | null = null;
  let greeted = false;
  let ended = false;
  let drained = false;
  let tokens = limits.framesPerSecond * 3;
  let refilled = performance.now();
  let seen = performance.now();
  let asked = 0;
  const heartbeatMs = limits.heartbeatMs * heartbeatJitter();

  const work = createWork(
    limits.inFlight,
    () => ws.pause(),
    () => ws.resume(),
  );
  const hello = setTimeout(() => connection.close('helloTimeout', 'no hello'), limits.helloMs);

  const fail = (id: number | null, error: SocialError) => {
    if (error.category === 'internal') logger.error({ err: error.cause ?? error }, 'a frame failed');
    outgoing.reply({ t: 'err', id, ...errorToJson(error) });
  };
  const guarded =
    (id: number | null, task: () => Promise<void>): (() => Promise<void>) =>
    async () => {
      if (ended) return;
      try {
        await task();
      } catch (error) {
        fail(id, asSocialError(error));
      }
    };

  /** Room for a token a frame, refilled with time. */
  const admits = (frames: number): boolean => {
    const now = performance.now();
    tokens = Math.min(
      limits.framesPerSecond * 3,
      tokens + ((now - refilled) / 1000) * limits.framesPerSecond,
    );
    refilled = now;
    tokens -= frames;
    return tokens >= 0;
  };

  const greet = async (frame: Frame<'hello'>): Promise<void> => {
    const credentials: Credentials | null =
      frame.token === undefined ? deps.credentials : { kind: 'token', token: frame.token };
    try {
      if (credentials === null)
        throw new SocialError('unauthenticated', 'session.missing', 'send a token with hello');
      session = await deps.authenticate(credentials);
    } catch (error) {
      const known = asSocialError(error);
      fail(frame.id, known);
      connection.close(closeReasonOf(known), known.code);
      return;
    }
    clearTimeout(hello);
    if (ended || outgoing.closing) return;
    const sink = {
      window: limits.window,
      event: outgoing.event,
      hint: outgoing.hint,
      ended: (reason: SocialError) => connection.close(closeReasonOf(reason), reason.code),
    };
    const opened = hub.connect(session.actor, sink, frame.client);
    client = opened;
    deps.onOpen(connection);
    const welcome = (streams: readonly StreamStanding[]) =>
      outgoing.reply({
        t: 'welcome',
        id: frame.id,
        connection: opened.id,
        userId: opened.accountId,
        heartbeatMs: limits.heartbeatMs,
        now: deps.now(),
        expiresAt: session?.expiresAt ?? null,
        limits: {
          frameBytes: limits.frameBytes,
          subscriptions: limits.subscriptions,
          inFlight: limits.inFlight,
        },
        streams,
      });
    const resume = frame.resume ?? [];
    if (resume.length === 0) {
      welcome([]);
      return;
    }
    try {
      checkRoom(
        opened,
        resume.map(({ s }) => s),
      );
      await opened.subscribe(resume, welcome);
    } catch (error) {
      // Without a welcome there is no session: the client comes again.
      const known = asSocialError(error);
      fail(frame.id, known);
      connection.close(closeReasonOf(known), known.code);
    }
  };

  const checkRoom = (of: HubClient, streams: readonly string[]): void => {
    const more = new Set(streams.filter((name) => !of.follows(name as never))).size;
    if (of.followed + more > limits.subscriptions)
      throw new SocialError(
        'rate_limited',
        'subscription.too_many',
        `a connection follows at most ${limits.subscriptions} streams`,
        { retryable: false },
      );
  };

  const handlers: {
    readonly [T in Exclude<ClientFrame['t'], 'ping' | 'ack' | 'hello' | 'call'>]: (
      frame: Frame<T>,
      of: HubClient,
    ) => Promise<void>;
  } = {
    async auth(frame, of) {
      try {
        const renewed = await deps.authenticate({ kind: 'token', token: frame.token });
        const { actor } = renewed;
        if ((actor.kind !== 'user' && actor.kind !== 'staff') || actor.id !== of.accountId)
          throw new SocialError('forbidden', 'session.other_account', 'the token is of another account');
        connection.renew(renewed);
        outgoing.reply({ t: 'ok', id: frame.id, data: { expiresAt: renewed.expiresAt } });
      } catch (error) {
        // The session that is open goes on until it ends.
        fail(frame.id, asSocialError(error));
      }
    },
    async sub(frame, of) {
      const streams = frame.streams ?? [];
      checkRoom(
        of,
        streams.map(({ s }) => s),
      );
      if (frame.topics?.includes('feed')) of.followFeed(true);
      if (streams.length === 0) {
        outgoing.reply({ t: 'ok', id: frame.id, streams: [] });
        return;
      }
      await of.subscribe(streams, (standings) =>
        outgoing.reply({ t: 'ok', id: frame.id, streams: standings }),
      );
    },
    async unsub(frame, of) {
      of.unsubscribe(frame.streams ?? []);
      if (frame.topics?.includes('feed')) of.followFeed(false);
      outgoing.reply({ t: 'ok', id: frame.id });
    },
    async watch(frame, of) {
      of.active();
      if (frame.posts) of.watchPosts(frame.posts);
      if (frame.presence) await of.watchPresence(frame.presence);
      outgoing.reply({ t: 'ok', id: frame.id });
    },
  };

  const call = async ({ id, op, input }: Frame<'call'>): Promise<void> => {
    const actor = (session as OpenSession).actor;
    counts.calls++;
    client?.active();
    const data = await dispatch.call({ actor, network: deps.network, operation: op, input: input ?? {} });
    const text = jsonTextOf(data) ?? JSON.stringify(data ?? {});
    outgoing.event(frameOf(`{"t":"ok","id":${id},"data":${text}}`));
  };

  const take = (inbound: InboundFrame): void => {
    if (outgoing.closing) return;
    if (!greeted && inbound.kind !== 'frame') {
      connection.close('badFrame', 'hello first');
      return;
    }
    if (inbound.kind === 'unsupported') {
      fail(
        inbound.id,
        new SocialError('validation', 'frame.unsupported', 'this server does not know the frame'),
      );
      return;
    }
    if (inbound.kind === 'invalid') {
      fail(inbound.id, invalid('frame.invalid', 'the frame is not valid; see fields', [...inbound.fields]));
      return;
    }
    const { frame } = inbound;
    if (frame.t === 'ping') {
      outgoing.reply({ t: 'pong' });
      return;
    }
    if (frame.t === 'hello') {
      if (greeted) {
        fail(frame.id, new SocialError('conflict', 'hello.repeated', 'hello is the first frame, and once'));
        return;
      }
      greeted = true;
      work.inOrder(guarded(frame.id, () => greet(frame)));
      return;
    }
    if (!greeted) {
      connection.close('unauthenticated', 'hello first');
      return;
    }
    // What stands behind a hello waits for it.
    const begun = (task: (of: HubClient) => Promise<void>) => async () => {
      if (client && !outgoing.closing) await task(client);
    };
    if (frame.t === 'ack') {
      const acknowledge = () => {
        for (const { s, offset } of frame.streams) client?.acknowledge(s, offset);
      };
      if (client) acknowledge();
      return;
    }
    if (frame.t === 'call') {
      const task = guarded(
        frame.id,
        begun(() => call(frame)),
      );
      // Writes of one client happen in the order in which it sent them; reads need not wait for each other.
      if (client === null || dispatch.writes(frame.op)) work.inOrder(task);
      else work.beside(task);
      return;
    }
    const handle = handlers[frame.t] as (frame: ClientFrame, of: HubClient) => Promise<void>;
    work.inOrder(
      guarded(
        frame.id,
        begun((of) => handle(frame, of)),
      ),
    );
  };

  const receive = (data: Buffer, isBinary: boolean): void => {
    seen = performance.now();
    asked = 0;
    if (outgoing.closing) return;
    if (isBinary) {
      connection.close('badFrame', 'text frames only');
      return;
    }
    const inbound = readInbound(data.toString('utf8'), limits);
    if (inbound.kind === 'broken') {
      connection.close('badFrame', 'not a frame');
      return;
    }
    counts.frames += inbound.frames.length;
    if (!admits(inbound.frames.length)) {
      outgoing.reply({ t: 'bye', code: CLOSE.rateLimited.code, reason: 'rate limited', afterMs: 5000 });
      connection.close('rateLimited', 'too many frames');
      return;
    }
    for (const frame of inbound.frames) take(frame);
  };

  const end = (code: number): void => {
    if (ended) return;
    ended = true;
    clearTimeout(hello);
    client?.close();
    deps.onEnd(connection, code);
  };

  const connection: Connection = {
    get client() {
      return client;
    },
    get session() {
      return session;
    },
    outgoing,
    get running() {
      return work.running;
    },
    close: outgoing.close,
    drain(afterMs, graceMs) {
      if (drained || ended) return;
      drained = true;
      outgoing.reply({
        t: 'bye',
        code: CLOSE.draining.code,
        reason: 'draining',
        afterMs: Math.round(afterMs),
      });
      const close = () => connection.close('draining', 'draining');
      const timer = setTimeout(close, graceMs);
      void work.idle().then(() => {
        clearTimeout(timer);
        close();
      });
    },
    renew(renewed) {
      session = renewed;
      if (client) client.actor = renewed.actor;
    },
    sweep(now) {
      if (session?.expiresAt !== null && session !== null && deps.now() >= session.expiresAt) {
        connection.close('unauthenticated', 'the session is over');
        return;
      }
      outgoing.sweep(now);
      if (asked > 0 && now - asked >= limits.heartbeatGraceMs) ws.terminate();
      else if (asked === 0 && now - seen >= heartbeatMs && !outgoing.closing) {
        asked = now;
        ws.ping();
      }
    },
    terminate: () => ws.terminate(),
  };

  ws.on('message', (data, isBinary) => receive(data as Buffer, isBinary));
  ws.on('pong', () => {
    seen = performance.now();
    asked = 0;
  });
  ws.on('ping', () => {
    seen = performance.now();
    asked = 0;
  });
  ws.on('close', end);
  // Told by the close that follows; unheard it would end the process.
  ws.on('error', (error) => logger.debug({ reason: error.message }, 'a socket failed'));
  return connection;
}
