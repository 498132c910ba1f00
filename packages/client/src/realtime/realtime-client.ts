import type { Id, StreamName, StreamPosition } from '@socialkit/core/protocol';
import { type CallOptions, createCalls, DEFAULT_PACE } from './calls.js';
import { type ConnectionState, openConnection } from './connection.js';
import { clientClosed } from './errors.js';
import type { Follower } from './followed-stream.js';
import { type RealtimeClientOptions, socketConstructorOf } from './options.js';
import { createOutbox, type OutboxItem } from './outbox.js';
import { createSubscriptions, type StreamStats } from './subscriptions.js';
import { systemTimers } from './timers.js';

/** Something that may be dropped and has no place in an order: typing, presence, counters, "there is news". */
export interface Hint {
  /** The stream or topic it came by. */
  readonly from: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What this client looks at beside its streams. A list that is absent stays as it is. */
export interface Watched {
  /** Posts whose counters and edits come as hints; at most 100. */
  readonly posts?: readonly Id[];
  /** Accounts whose presence comes as hints; at most 200. */
  readonly presence?: readonly Id[];
}

/** What has happened since the client was made. */
export interface ClientStats extends StreamStats {
  /** Connections that were welcomed. */
  readonly connections: number;
}

/**
 * A connection to the gateway that comes back by itself, and on it: streams in order, hints, calls and a queue of writes.
 *
 * The promise to the application: of every followed stream each event is handled exactly once, in order, without a hole,
 * whatever happens to sockets and servers; where that is impossible the application is told to load its state anew.
 */
export interface RealtimeClient {
  readonly state: ConnectionState;
  /** The account behind the connection; null before the first welcome. */
  readonly userId: Id | null;
  readonly stats: ClientStats;
  /** Resolves with the account when there is a connection. @throws client.closed */
  ready(): Promise<Id>;
  /** Follows a stream until the returned function is called. @throws TypeError when it is followed already */
  follow(stream: StreamName, follower: Follower): () => void;
  /** What the application has handled of a stream. */
  position(stream: StreamName): StreamPosition | null;
  /** Listens to hints. @returns a function that ends it */
  onHint(listener: (hint: Hint) => void): () => void;
  /** Told after every welcome, the first one included. @returns a function that ends it */
  onConnect(listener: () => void): () => void;
  /** Asks for the hints of the home feed (new posts, changes of watched ones). */
  feed(on: boolean): void;
  /** Replaces each list that is given; all of them are sent again with every new connection. */
  watch(watched: Watched): void;
  /**
   * Calls a public operation: the same input, output and errors as over HTTP.
   * @throws SocialError the server's, or `call.timeout`, `call.interrupted`, `client.closed`
   */
  call(op: string, input?: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<unknown>;
  /** A write that is sent until it is answered, in order within its lane; see {@link OutboxItem}. */
  send(item: OutboxItem): Promise<unknown>;
  /** Writes without an answer, oldest first. */
  unsent(): readonly OutboxItem[];
  /** Drops the connection and comes back at once, as after a loss of the network. */
  reconnect(): void;
  /** Ends everything. What the outbox still holds stays in the storage. */
  close(): void;
}

/** Opens a client; it connects at once. @throws TypeError when there is no WebSocket */
export function createRealtimeClient(options: RealtimeClientOptions): RealtimeClient {
  const timers = options.timers ?? systemTimers;
  const random = options.random ?? Math.random;
  const { url } = options;
  const error = options.onError ?? (() => {});
  const hints = new Set<(hint: Hint) => void>();
  const connected = new Set<() => void>();
  let userId: Id | null = null;
  let waiting: { resolve: (account: Id) => void; reject: (error: unknown) => void }[] = [];
  let feed = false;
  let watched: Watched = {};
  let connections = 0;

  const tell = <T>(listeners: ReadonlySet<(value: T) => void>, value: T) => {
    for (const listener of listeners)
      try {
        listener(value);
      } catch (thrown) {
        error(thrown);
      }
  };
  const askForFeed = () => {
    const id = connection.nextId();
    connection.send({ t: feed ? 'sub' : 'unsub', id, topics: ['feed'] });
  };
  const askForWatched = ({ posts, presence }: Watched) => {
    if (!posts && !presence) return;
    connection.send({
      t: 'watch',
      id: connection.nextId(),
      ...(posts ? { posts: [...posts] } : {}),
      ...(presence ? { presence: [...presence] } : {}),
    });
  };
  const ended = (why: string) => {
    calls.close(why);
    outbox.close();
    subscriptions.close();
    for (const { reject } of waiting) reject(clientClosed(why));
    waiting = [];
  };

  const connection = openConnection(
    {
      ...options,
      url: typeof url === 'string' ? () => url : url,
      WebSocket: socketConstructorOf(options),
      token: async (reason) => (await options.authenticate?.(reason)) ?? options.token ?? null,
      renewable: options.authenticate !== undefined,
      timers,
      random,
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      pongTimeoutMs: options.pongTimeoutMs ?? 10_000,
      stableMs: 5000,
    },
    {
      resume: () => subscriptions.resume(),
      up(welcome) {
        connections++;
        userId = welcome.userId;
        subscriptions.up(welcome);
        if (feed) askForFeed();
        askForWatched(watched);
        calls.up(welcome.limits.inFlight);
        for (const { resolve } of waiting) resolve(welcome.userId);
        waiting = [];
        tell(connected, undefined);
      },
      frame(frame) {
        if (frame.t === 'eph') tell(hints, { from: frame.s, type: frame.type, data: frame.data });
        else if (!subscriptions.take(frame) && (frame.t === 'ok' || frame.t === 'err')) calls.answered(frame);
      },
      down: () => calls.down(),
      state(state, reason) {
        options.onState?.(state, reason);
        if (state === 'closed') ended(reason);
      },
      error,
    },
  );
  const send: typeof connection.send = (frame) => connection.send(frame);
  const nextId = () => connection.nextId();
  const calls = createCalls({ timers, random, nextId, send, pace: options.pace ?? DEFAULT_PACE });
  const subscriptions = createSubscriptions({ timers, random, nextId, send, error });
  const outbox = createOutbox({
    call: (op, input, callOptions) => calls.call(op, input, callOptions),
    storage: options.storage,
    key: 'socialkit.outbox',
    error,
    settled: options.onSent ?? (() => {}),
  });
  outbox.restore().catch(error);

  return {
    get state() {
      return connection.state;
    },
    get userId() {
      return userId;
    },
    get stats() {
      return { ...subscriptions.stats, connections };
    },
    ready() {
      if (connection.state === 'closed') return Promise.reject(clientClosed('the client is closed'));
      if (connection.state === 'open' && userId !== null) return Promise.resolve(userId);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    follow: subscriptions.follow,
    position: subscriptions.position,
    onHint(listener) {
      hints.add(listener);
      return () => hints.delete(listener);
    },
    onConnect(listener) {
      connected.add(listener);
      return () => connected.delete(listener);
    },
    feed(on) {
      feed = on;
      askForFeed();
    },
    watch(next) {
      watched = { ...watched, ...next };
      askForWatched(next);
    },
    call: (op, input = {}, callOptions) => calls.call(op, input, callOptions),
    send: outbox.send,
    unsent: outbox.waiting,
    reconnect: () => connection.cut(),
    close: () => connection.close(),
  };
}
