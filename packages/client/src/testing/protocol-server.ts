import type { AddressInfo } from 'node:net';
import { type ClientFrame, type ServerFrame, SUBPROTOCOL } from '@socialkit/core/protocol';
import { type WebSocket, WebSocketServer } from 'ws';

/** Where a client says it stands. */
interface Place {
  readonly epoch?: string | undefined;
  readonly offset?: number | undefined;
}
type Standing = Extract<ServerFrame, { t: 'welcome' }>['streams'][number];

/** One open connection of the server. */
export interface Peer {
  readonly frames: ClientFrame[];
  readonly socket: WebSocket;
  readonly streams: Set<string>;
  /** Monotonic milliseconds. */
  readonly since: number;
  send(frame: ServerFrame | ServerFrame[]): void;
}

/**
 * A small server that speaks the wire protocol over real sockets from logs in memory: what the client is held against
 * without the gateway, and where a test decides what goes wrong.
 */
export interface ProtocolServer {
  readonly url: string;
  readonly peers: Set<Peer>;
  /** Every hello that came, oldest first. */
  readonly hellos: Extract<ClientFrame, { t: 'hello' }>[];
  epoch: string;
  /** Events below it are gone from the log. */
  retainedFrom: number;
  /** Changes, drops (null) or adds to what is sent to a peer. */
  tamper: (frame: ServerFrame, peer: Peer) => readonly ServerFrame[];
  /** Decides about a hello: a close code, or null to welcome. */
  greet: (token: string | undefined) => number | null;
  answer: (op: string, input: Record<string, unknown>, peer: Peer) => unknown;
  silent: boolean;
  heartbeatMs: number;
  /** Milliseconds a session lasts; null for ever. */
  lifetimeMs: number | null;
  log(stream: string): readonly { readonly type: string; readonly data: Record<string, unknown> }[];
  append(stream: string, type: string, data: Record<string, unknown>): number;
  /** Ends all connections; an abrupt end without a close frame has no code. */
  cut(code?: number): void;
  close(): Promise<void>;
}

/** @param port a port of its own when none is given */
export async function startProtocolServer(port = 0): Promise<ProtocolServer> {
  const wss = new WebSocketServer({ host: '127.0.0.1', port, handleProtocols: () => SUBPROTOCOL });
  await new Promise<void>((resolve) => wss.once('listening', resolve));
  const logs = new Map<string, { type: string; data: Record<string, unknown> }[]>();
  const logOf = (stream: string) => {
    const log = logs.get(stream) ?? [];
    logs.set(stream, log);
    return log;
  };

  const server: ProtocolServer = {
    url: `ws://127.0.0.1:${(wss.address() as AddressInfo).port}`,
    peers: new Set(),
    hellos: [],
    epoch: 'e1',
    retainedFrom: 0,
    tamper: (frame) => [frame],
    greet: () => null,
    answer: () => {
      throw Object.assign(new Error('unknown operation'), { code: 'operation.unknown', retryable: false });
    },
    silent: false,
    heartbeatMs: 25_000,
    lifetimeMs: null,
    log: logOf,
    append(stream, type, data) {
      const offset = logOf(stream).push({ type, data });
      for (const peer of server.peers) if (peer.streams.has(stream)) peer.send(ev(stream, offset));
      return offset;
    },
    cut(code) {
      for (const { socket } of server.peers) code === undefined ? socket.terminate() : socket.close(code);
    },
    async close() {
      server.cut();
      await new Promise((resolve) => wss.close(resolve));
    },
  };

  const ev = (stream: string, offset: number): ServerFrame => ({
    t: 'ev',
    s: stream as `user:${string}`,
    epoch: server.epoch,
    o: offset,
    at: 0,
    ...logOf(stream)[offset - 1]!,
  });
  const follow = (peer: Peer, s: Standing['s'], from: Place): Standing => {
    const head = logOf(s).length;
    peer.streams.add(s);
    const standing = { s, epoch: server.epoch, offset: head };
    if (from.epoch === undefined || from.offset === undefined) return { ...standing, state: 'live' };
    const known = from.epoch === server.epoch && from.offset >= server.retainedFrom && from.offset <= head;
    return { ...standing, state: known ? 'resumed' : 'reset' };
  };
  const replay = (
    peer: Peer,
    standings: readonly Standing[],
    from: readonly (Place & { readonly s: string })[],
  ) => {
    for (const { s, state, offset } of standings) {
      const after = from.find((one) => one.s === s)?.offset ?? 0;
      if (state === 'resumed') for (let o = after + 1; o <= offset; o++) peer.send(ev(s, o));
    }
  };
  const take = async (peer: Peer, frame: ClientFrame): Promise<void> => {
    if (frame.t === 'hello') {
      server.hellos.push(frame);
      const refusal = server.greet(frame.token);
      if (refusal !== null) return peer.socket.close(refusal);
      const streams = (frame.resume ?? []).map((one) => follow(peer, one.s, one));
      peer.send({
        t: 'welcome',
        id: frame.id,
        connection: 'c',
        userId: '1',
        heartbeatMs: server.heartbeatMs,
        now: 0,
        expiresAt: server.lifetimeMs,
        limits: { frameBytes: 65_536, subscriptions: 128, inFlight: 32 },
        streams,
      });
      replay(peer, streams, frame.resume ?? []);
    } else if (frame.t === 'sub') {
      const streams = (frame.streams ?? []).map((one) => follow(peer, one.s, one));
      peer.send({ t: 'ok', id: frame.id, streams });
      replay(peer, streams, frame.streams ?? []);
    } else if (frame.t === 'unsub') {
      for (const stream of frame.streams ?? []) peer.streams.delete(stream);
      peer.send({ t: 'ok', id: frame.id });
    } else if (frame.t === 'auth') {
      // The server's clock stands at 0 when a client comes.
      const expiresAt = performance.now() - peer.since + (server.lifetimeMs ?? 0);
      peer.send({ t: 'ok', id: frame.id, data: { expiresAt } });
    } else if (frame.t === 'ping') peer.send({ t: 'pong' });
    else if (frame.t === 'call') {
      try {
        const data = await server.answer(frame.op, frame.input ?? {}, peer);
        if (data !== undefined) peer.send({ t: 'ok', id: frame.id, data });
      } catch (error) {
        const {
          message,
          code = 'server.error',
          retryable = false,
        } = error as Error & {
          code?: string;
          retryable?: boolean;
        };
        peer.send({ t: 'err', id: frame.id, code, category: 'conflict', message, retryable });
      }
    }
  };

  wss.on('connection', (socket) => {
    const peer: Peer = {
      frames: [],
      socket,
      streams: new Set(),
      since: performance.now(),
      send(given) {
        if (server.silent) return;
        const frames = (Array.isArray(given) ? given : [given]).flatMap((frame) =>
          server.tamper(frame, peer),
        );
        if (frames.length > 0) socket.send(JSON.stringify(frames.length === 1 ? frames[0] : frames));
      },
    };
    server.peers.add(peer);
    socket.on('error', () => {});
    socket.on('close', () => server.peers.delete(peer));
    socket.on('message', (text) => {
      const frame = JSON.parse(String(text)) as ClientFrame;
      peer.frames.push(frame);
      void take(peer, frame);
    });
  });
  return server;
}
