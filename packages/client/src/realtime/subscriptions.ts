import type { ClientFrame, ServerFrame, StreamName, StreamPosition } from '@socialkit/core/protocol';
import { backoffMs } from './backoff.js';
import type { Welcome } from './connection.js';
import { toldError } from './errors.js';
import { type FollowedStream, type Follower, followStream } from './followed-stream.js';
import type { Timers } from './timers.js';

/** What happened to the streams since the client was made. */
export interface StreamStats {
  /** Events the application has handled. */
  readonly events: number;
  /** Events the server sent again on one connection, which it does not promise to be none, and which the application never sees. */
  readonly duplicates: number;
  /** Holes found on a connection and closed by asking again. */
  readonly holes: number;
  /** Streams whose state had to be loaded anew. */
  readonly resets: number;
}

/** All followed streams of a client. */
export interface Subscriptions {
  follow(stream: StreamName, follower: Follower): () => void;
  position(stream: StreamName): StreamPosition | null;
  /** For the hello: where streams with a known state stand. */
  resume(): NonNullable<Extract<ClientFrame, { t: 'hello' }>['resume']>;
  up(welcome: Welcome): void;
  /** @returns whether the frame was about a stream */
  take(frame: ServerFrame): boolean;
  close(): void;
  readonly stats: StreamStats;
}

/** Streams of one frame, at most. */
const MAX_STREAMS = 128;
/** Handled events after which the server is told at once, and milliseconds after which it is told anyway. */
const ACK_EVENTS = 64;
const ACK_MS = 5000;

export function createSubscriptions(deps: {
  readonly timers: Timers;
  readonly random: () => number;
  readonly nextId: () => number;
  readonly send: (frame: ClientFrame) => boolean;
  readonly error: (error: unknown) => void;
}): Subscriptions {
  const { timers, random, send, nextId } = deps;
  const streams = new Map<StreamName, FollowedStream>();
  const stats = { events: 0, duplicates: 0, holes: 0, resets: 0 };
  /** Requests by number: the answer names the streams, but an old answer must not count for a new question. */
  const asking = new Map<number, ReadonlySet<StreamName>>();
  /** Streams to ask for, gathered over one turn so that they share a frame. */
  const wanted = new Map<StreamName, StreamPosition | null>();
  const unacked = new Set<StreamName>();
  let handledSinceAck = 0;
  let cancelAck: (() => void) | null = null;
  let planned = false;
  let resumed: ReadonlySet<StreamName> = new Set();

  const ask = () => {
    planned = false;
    const all = [...wanted];
    wanted.clear();
    for (let at = 0; at < all.length; at += MAX_STREAMS) {
      const part = all.slice(at, at + MAX_STREAMS).filter(([stream]) => streams.has(stream));
      if (part.length === 0) continue;
      const id = nextId();
      const sent = send({ t: 'sub', id, streams: part.map(([s, from]) => ({ s, ...(from ?? {}) })) });
      // Without a connection the next welcome asks for everything.
      if (!sent) return;
      for (const [, other] of asking) for (const [stream] of part) (other as Set<StreamName>).delete(stream);
      asking.set(id, new Set(part.map(([stream]) => stream)));
      for (const [stream] of part) streams.get(stream)?.asked();
    }
  };
  const want = (stream: StreamName, from: StreamPosition | null) => {
    wanted.set(stream, from);
    if (planned) return;
    planned = true;
    queueMicrotask(ask);
  };
  const ack = () => {
    cancelAck?.();
    cancelAck = null;
    handledSinceAck = 0;
    const all = [...unacked].flatMap((s) => {
      const position = streams.get(s)?.position();
      return position ? [{ s, offset: position.offset }] : [];
    });
    unacked.clear();
    for (let at = 0; at < all.length; at += MAX_STREAMS)
      send({ t: 'ack', streams: all.slice(at, at + MAX_STREAMS) });
  };
  const stand = (of: ReadonlySet<StreamName>, standings: Welcome['streams']) => {
    for (const { s, epoch, offset, state } of standings)
      if (of.has(s)) streams.get(s)?.standing(epoch, offset, state);
  };

  return {
    stats,
    follow(stream, follower) {
      if (streams.has(stream)) throw new TypeError(`${stream} is followed already`);
      const followed = followStream(stream, follower, {
        subscribe: want,
        unsubscribe: (name) => void send({ t: 'unsub', id: nextId(), streams: [name] }),
        handled(name) {
          unacked.add(name);
          if (++handledSinceAck >= ACK_EVENTS) ack();
          else cancelAck ??= timers.after(ACK_MS, ack);
        },
        retry: (failures, work) => void timers.after(backoffMs(failures, random()), work),
        error: deps.error,
        count: (what) => stats[what]++,
      });
      streams.set(stream, followed);
      want(stream, followed.arrived());
      return () => {
        if (streams.get(stream) !== followed) return;
        followed.stop();
        streams.delete(stream);
        wanted.delete(stream);
        send({ t: 'unsub', id: nextId(), streams: [stream] });
      };
    },
    position: (stream) => streams.get(stream)?.position() ?? null,
    resume() {
      asking.clear();
      wanted.clear();
      const known = [...streams].flatMap(([s, followed]) => {
        const from = followed.arrived();
        return from === null ? [] : [{ s, ...from }];
      });
      const first = known.slice(0, MAX_STREAMS);
      resumed = new Set(first.map(({ s }) => s));
      for (const s of resumed) streams.get(s)?.asked();
      return first;
    },
    up(welcome) {
      stand(resumed, welcome.streams);
      for (const [stream, followed] of streams) if (!resumed.has(stream)) want(stream, followed.arrived());
    },
    take(frame) {
      if (frame.t === 'ev') streams.get(frame.s)?.event(frame);
      else if (frame.t === 'gap') streams.get(frame.s)?.gap(frame.epoch, frame.offset, frame.state);
      else if ((frame.t === 'ok' || frame.t === 'err') && frame.id !== null && asking.has(frame.id)) {
        const of = asking.get(frame.id)!;
        asking.delete(frame.id);
        if (frame.t === 'ok') stand(of, frame.streams ?? []);
        else {
          const error = toldError(frame);
          deps.error(error);
          const pause = (frame.retryAfterMs ?? 0) + backoffMs(1, random());
          if (!frame.retryable) for (const stream of of) streams.get(stream)?.standing('', 0, 'refused');
          else
            timers.after(pause, () => {
              for (const stream of of) if (streams.has(stream)) want(stream, streams.get(stream)!.arrived());
            });
        }
      } else return false;
      return true;
    },
    close() {
      cancelAck?.();
      for (const followed of streams.values()) followed.stop();
    },
  };
}
