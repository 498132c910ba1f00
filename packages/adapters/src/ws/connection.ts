import {
  CLOSE,
  type ClientFrame,
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
import type { Dispatch } from '../http/dispatch.js';
import { asSocialError } from '../http/problem.js';
import { type InboundFrame, readInbound } from './inbound.js';
import { Outgoing, type OutgoingCounts, type OutgoingParts } from './outgoing.js';
import { type Credentials, closeReasonOf, type OpenSession } from './session.js';
import type { GatewaySocket, SocketListener } from './socket.js';
import { Work } from './work.js';

/** What all connections of a gateway share. */
export interface ConnectionParts extends OutgoingParts {
  readonly hub: RealtimeHub;
  readonly dispatch: Dispatch;
  readonly counts: OutgoingCounts & { frames: number; calls: number };
  readonly logger: Logger;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Verifies a token, or what came with the upgrade. @param upgrade as the connection keeps it */
  readonly authenticate: (upgrade: string, credentials: Credentials) => Promise<OpenSession>;
  /** Its first frame was answered, or need not come any more. */
  readonly onHello: (connection: Connection) => void;
  /** It said who it is: it counts for its account now. */
  readonly onOpen: (connection: Connection) => void;
  /** It is gone; once, whatever happened. */
  readonly onEnd: (connection: Connection, code: number) => void;
}

/** How a connection came. */
export interface Arrival {
  /** The request of the upgrade, as `packUpgrade` made it. */
  readonly upgrade: string;
  /** What came with the upgrade to prove who it is; null when a token must. */
  readonly credentials: Credentials | null;
  readonly network: string;
}

type Frame<T extends ClientFrame['t']> = Extract<ClientFrame, { t: T }>;
type Task = () => Promise<void>;

const monotonicMs = (): number => Math.floor(performance.now());

/**
 * One open socket, served from its first frame to its end. A class with plain fields, whole numbers among them: there are tens
 * of thousands of these, and most do nothing most of the time.
 */
export class Connection implements SocketListener {
  client: HubClient | null = null;
  session: OpenSession | null = null;
  readonly outgoing: Outgoing;
  private readonly work: Work;
  private greeted = false;
  private ended = false;
  private drained = false;
  /** Room for frames, in thousandths of one. */
  private room: number;
  private refilledAt = monotonicMs();
  private seenAt = this.refilledAt;
  /** When it was asked for a sign of life; 0 while it need not give one. */
  private askedAt = 0;
  private readonly heartbeatMs: number;

  constructor(
    private readonly ws: GatewaySocket,
    private readonly parts: ConnectionParts,
    private readonly arrival: Arrival,
  ) {
    const { limits } = parts;
    this.outgoing = new Outgoing(ws, parts);
    this.work = new Work(limits.inFlight, ws);
    this.room = limits.framesPerSecond * 3000;
    // Not all at once.
    this.heartbeatMs = Math.round(limits.heartbeatMs * (0.9 + Math.random() * 0.2));
    ws.listener = this;
  }

  /** Ends it for a reason of the table. */
  close(...[reason, text]: Parameters<Outgoing['close']>): void {
    this.outgoing.close(reason, text);
  }

  /** Says when to come back, finishes what is under way, closes. */
  drain(afterMs: number, graceMs: number): void {
    if (this.drained || this.ended) return;
    this.drained = true;
    const { code } = CLOSE.draining;
    this.outgoing.reply({ t: 'bye', code, reason: 'draining', afterMs: Math.round(afterMs) });
    const close = () => this.close('draining', 'draining');
    const timer = setTimeout(close, graceMs);
    void this.work.idle().then(() => {
      clearTimeout(timer);
      close();
    });
  }

  /** The session's actor has changed. */
  renew(session: OpenSession): void {
    this.session = session;
    if (this.client) this.client.actor = session.actor;
  }

  /** @param now monotonic milliseconds */
  sweep(now: number): void {
    const { session, outgoing, ws } = this;
    const { limits } = this.parts;
    if (session !== null && session.expiresAt !== null && this.parts.now() >= session.expiresAt) {
      this.close('unauthenticated', 'the session is over');
      return;
    }
    outgoing.sweep(now);
    if (this.askedAt > 0 && now - this.askedAt >= limits.heartbeatGraceMs) ws.terminate();
    else if (this.askedAt === 0 && now - this.seenAt >= this.heartbeatMs && !outgoing.closing) {
      this.askedAt = Math.floor(now);
      ws.ping();
    }
  }

  alive(): void {
    this.seenAt = monotonicMs();
    this.askedAt = 0;
  }

  closed(code: number): void {
    if (this.ended) return;
    this.ended = true;
    this.client?.close();
    this.parts.onEnd(this, code);
  }

  failed(error: Error): void {
    this.parts.logger.debug({ reason: error.message }, 'a socket failed');
  }

  message(data: Buffer, isBinary: boolean): void {
    const { outgoing, parts } = this;
    this.alive();
    if (outgoing.closing) return;
    if (isBinary) {
      this.close('badFrame', 'text frames only');
      return;
    }
    const inbound = readInbound(data.toString('utf8'), parts.limits);
    if (inbound.kind === 'broken') {
      this.close('badFrame', 'not a frame');
      return;
    }
    parts.counts.frames += inbound.frames.length;
    if (!this.admits(inbound.frames.length)) {
      outgoing.reply({ t: 'bye', code: CLOSE.rateLimited.code, reason: 'rate limited', afterMs: 5000 });
      this.close('rateLimited', 'too many frames');
      return;
    }
    for (const frame of inbound.frames) this.take(frame);
  }

  /** Room for a token a frame, refilled with time. */
  private admits(frames: number): boolean {
    const { framesPerSecond } = this.parts.limits;
    const now = monotonicMs();
    const refill = Math.round((now - this.refilledAt) * framesPerSecond);
    this.room = Math.min(framesPerSecond * 3000, this.room + refill) - frames * 1000;
    this.refilledAt = now;
    return this.room >= 0;
  }

  private fail(id: number | null, error: SocialError): void {
    if (error.category === 'internal')
      this.parts.logger.error({ err: error.cause ?? error }, 'a frame failed');
    this.outgoing.reply({ t: 'err', id, ...errorToJson(error) });
  }

  private guarded(id: number | null, task: Task): Task {
    return async () => {
      if (this.ended) return;
      try {
        await task();
      } catch (error) {
        this.fail(id, asSocialError(error));
      }
    };
  }

  /** What stands behind a hello waits for it. */
  private begun(id: number | null, task: (of: HubClient) => Promise<void>): Task {
    return this.guarded(id, async () => {
      if (this.client && !this.outgoing.closing) await task(this.client);
    });
  }

  private take(inbound: InboundFrame): void {
    if (this.outgoing.closing) return;
    if (!this.greeted && inbound.kind !== 'frame') {
      this.close('badFrame', 'hello first');
      return;
    }
    if (inbound.kind === 'unsupported') {
      const text = 'this server does not know the frame';
      this.fail(inbound.id, new SocialError('validation', 'frame.unsupported', text));
      return;
    }
    if (inbound.kind === 'invalid') {
      const text = 'the frame is not valid; see fields';
      this.fail(inbound.id, invalid('frame.invalid', text, [...inbound.fields]));
      return;
    }
    const { frame } = inbound;
    if (frame.t === 'ping') this.outgoing.reply({ t: 'pong' });
    else if (frame.t === 'hello') this.hello(frame);
    else if (!this.greeted) this.close('unauthenticated', 'hello first');
    else if (frame.t === 'ack')
      for (const { s, offset } of frame.streams) this.client?.acknowledge(s, offset);
    else if (frame.t === 'call') {
      const task = this.begun(frame.id, () => this.call(frame));
      // Writes of one client happen in the order in which it sent them; reads need not wait for each other.
      if (this.client === null || this.parts.dispatch.writes(frame.op)) this.work.inOrder(task);
      else this.work.beside(task);
    } else this.work.inOrder(this.begun(frame.id, (of) => this.handle(frame, of)));
  }

  private hello(frame: Frame<'hello'>): void {
    if (this.greeted) {
      this.fail(
        frame.id,
        new SocialError('conflict', 'hello.repeated', 'hello is the first frame, and once'),
      );
      return;
    }
    this.greeted = true;
    this.work.inOrder(this.guarded(frame.id, () => this.greet(frame)));
  }

  /** Without a welcome there is no session: the client comes again. */
  private refuse(id: number, error: unknown): void {
    const known = asSocialError(error);
    this.fail(id, known);
    this.close(closeReasonOf(known), known.code);
  }

  private async greet(frame: Frame<'hello'>): Promise<void> {
    const { outgoing, parts, arrival } = this;
    const { limits } = parts;
    const credentials: Credentials | null =
      frame.token === undefined ? arrival.credentials : { kind: 'token', token: frame.token };
    try {
      if (credentials === null)
        throw new SocialError('unauthenticated', 'session.missing', 'send a token with hello');
      this.session = await parts.authenticate(arrival.upgrade, credentials);
    } catch (error) {
      this.refuse(frame.id, error);
      return;
    }
    parts.onHello(this);
    if (this.ended || outgoing.closing) return;
    const client = parts.hub.connect(this.session.actor, outgoing, frame.client);
    this.client = client;
    parts.onOpen(this);
    const welcome = (streams: readonly StreamStanding[]) =>
      outgoing.reply({
        t: 'welcome',
        id: frame.id,
        connection: client.id,
        userId: client.accountId,
        heartbeatMs: limits.heartbeatMs,
        now: parts.now(),
        expiresAt: this.session?.expiresAt ?? null,
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
      this.checkRoom(
        client,
        resume.map(({ s }) => s),
      );
      await client.subscribe(resume, welcome);
    } catch (error) {
      this.refuse(frame.id, error);
    }
  }

  private checkRoom(of: HubClient, streams: readonly string[]): void {
    const { subscriptions } = this.parts.limits;
    const more = new Set(streams.filter((name) => !of.follows(name as never))).size;
    if (of.followed + more > subscriptions)
      throw new SocialError(
        'rate_limited',
        'subscription.too_many',
        `a connection follows at most ${subscriptions} streams`,
        { retryable: false },
      );
  }

  private async handle(frame: Frame<'auth' | 'sub' | 'unsub' | 'watch'>, of: HubClient): Promise<void> {
    const { outgoing } = this;
    const { id } = frame;
    switch (frame.t) {
      case 'auth': {
        // When it is refused the session that is open goes on until it ends.
        const renewed = await this.parts.authenticate(this.arrival.upgrade, {
          kind: 'token',
          token: frame.token,
        });
        const { actor } = renewed;
        if ((actor.kind !== 'user' && actor.kind !== 'staff') || actor.id !== of.accountId)
          throw new SocialError('forbidden', 'session.other_account', 'the token is of another account');
        this.renew(renewed);
        outgoing.reply({ t: 'ok', id, data: { expiresAt: renewed.expiresAt } });
        return;
      }
      case 'sub': {
        const streams = frame.streams ?? [];
        this.checkRoom(
          of,
          streams.map(({ s }) => s),
        );
        if (frame.topics?.includes('feed')) of.followFeed(true);
        const answer = (standings: readonly StreamStanding[]) =>
          outgoing.reply({ t: 'ok', id, streams: standings });
        if (streams.length === 0) answer([]);
        else await of.subscribe(streams, answer);
        return;
      }
      case 'unsub':
        of.unsubscribe(frame.streams ?? []);
        if (frame.topics?.includes('feed')) of.followFeed(false);
        outgoing.reply({ t: 'ok', id });
        return;
      case 'watch':
        of.active();
        if (frame.posts) of.watchPosts(frame.posts);
        if (frame.presence) await of.watchPresence(frame.presence);
        outgoing.reply({ t: 'ok', id });
    }
  }

  private async call({ id, op, input }: Frame<'call'>): Promise<void> {
    const { actor } = this.session as OpenSession;
    const { counts, dispatch } = this.parts;
    counts.calls++;
    this.client?.active();
    const { network } = this.arrival;
    const data = await dispatch.call({ actor, network, operation: op, input: input ?? {} });
    const text = jsonTextOf(data) ?? JSON.stringify(data ?? {});
    this.outgoing.event(frameOf(`{"t":"ok","id":${id},"data":${text}}`));
  }
}
