import { CLOSE } from '@socialkit/core/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ProtocolServer, startProtocolServer } from '../testing/protocol-server.js';
import { createRecorder } from '../testing/recorder.js';
import { until } from '../testing/until.js';
import type { RealtimeClientOptions } from './options.js';
import { createRealtimeClient, type RealtimeClient } from './realtime-client.js';

const S = 'conversation:1';
let server: ProtocolServer;
let clients: RealtimeClient[];

beforeEach(async () => {
  server = await startProtocolServer();
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.close();
  await server.close();
});

const open = (options: Partial<RealtimeClientOptions> = {}) => {
  const client = createRealtimeClient({
    url: server.url,
    token: 't',
    WebSocket,
    minMs: 5,
    maxMs: 20,
    ...options,
  });
  clients.push(client);
  return client;
};
const truth = () => {
  const log = server.log(S);
  return { state: log.map(({ data }) => data.n as number), offset: log.length };
};
const write = (n: number) => server.append(S, 'number.said', { n });
const followed = (client: RealtimeClient) => {
  const recorder = createRecorder(truth);
  return { recorder, stop: client.follow(S, recorder) };
};
const caughtUp = (recorder: ReturnType<typeof createRecorder>) =>
  until(() => recorder.offset === server.log(S).length && recorder.loads > 0, 'the stream to be caught up');

describe('a followed stream', () => {
  it('is loaded first, then goes on from there', async () => {
    write(1);
    const { recorder } = followed(open());
    await caughtUp(recorder);
    write(2);
    write(3);
    await caughtUp(recorder);
    expect(recorder).toMatchObject({ state: [1, 2, 3], loads: 1, violations: [] });
  });

  it('goes on after the socket was cut, without loading again', async () => {
    const client = open();
    const { recorder } = followed(client);
    await caughtUp(recorder);
    for (let n = 0; n < 20; n++) {
      write(n);
      if (n % 5 === 0) server.cut();
      if (n % 7 === 0) client.reconnect();
      write(100 + n);
      await caughtUp(recorder);
    }
    expect(recorder).toMatchObject({ state: truth().state, loads: 1, violations: [] });
    expect(client.stats.resets).toBe(0);
    expect(client.stats.connections).toBeGreaterThan(3);
  });

  it('goes on from a position the application kept', async () => {
    for (const n of [1, 2, 3]) write(n);
    const events: number[] = [];
    open().follow(S, {
      from: { epoch: 'e1', offset: 1 },
      load: () => expect.unreachable(),
      event: ({ offset }) => void events.push(offset),
    });
    await until(() => events.length === 2, 'the replay');
    expect(events).toEqual([2, 3]);
  });

  it('is loaded again when the server cannot replay', async () => {
    const { recorder } = followed(open());
    await caughtUp(recorder);
    server.retainedFrom = 3;
    server.cut();
    for (const n of [1, 2, 3, 4]) write(n);
    await caughtUp(recorder);
    expect(recorder).toMatchObject({ state: [1, 2, 3, 4], loads: 2, violations: [] });
  });

  it('is loaded again under another epoch, and when the server says so in the middle', async () => {
    const { recorder } = followed(open());
    await caughtUp(recorder);
    write(1);
    server.epoch = 'e2';
    server.cut();
    await until(() => recorder.loads === 2, 'the load of another epoch');
    write(2);
    await caughtUp(recorder);
    for (const peer of server.peers) peer.send({ t: 'gap', s: S, epoch: 'e2', offset: 2, state: 'reset' });
    await until(() => recorder.loads === 3, 'the load after a gap');
    write(3);
    await caughtUp(recorder);
    expect(recorder).toMatchObject({ state: [1, 2, 3], violations: [] });
  });

  it('closes holes and drops doubles the server makes on one connection', async () => {
    const client = open();
    const { recorder } = followed(client);
    await caughtUp(recorder);
    let n = 0;
    server.tamper = (frame) => {
      if (frame.t !== 'ev') return [frame];
      n++;
      return n % 5 === 0 ? [] : n % 7 === 0 ? [frame, frame] : [frame];
    };
    for (let i = 0; i < 50; i++) write(i);
    server.tamper = (frame) => [frame];
    write(50);
    await caughtUp(recorder);
    expect(recorder).toMatchObject({ state: truth().state, loads: 1, violations: [] });
    expect(client.stats.holes).toBeGreaterThan(0);
  });

  it('waits for a slow application, asks the server to stop, and goes on', async () => {
    const { recorder } = followed(open());
    await caughtUp(recorder);
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    recorder.during = () => gate;
    for (let n = 0; n < 3000; n++) write(n);
    const [peer] = server.peers;
    await until(() => peer!.frames.some(({ t }) => t === 'unsub'), 'the stop');
    release();
    await caughtUp(recorder);
    expect(recorder.state).toEqual(truth().state);
    expect(recorder.violations).toEqual([]);
  });

  it('is loaded again when the application failed', async () => {
    const errors: unknown[] = [];
    const { recorder } = followed(open({ onError: (error) => errors.push(error) }));
    await caughtUp(recorder);
    recorder.during = ({ data }) => {
      if (data?.n === 2) throw new Error('the application failed');
    };
    for (const n of [1, 2, 3]) write(n);
    await caughtUp(recorder);
    await until(() => recorder.state.length === 3, 'the state');
    expect(recorder).toMatchObject({ state: [1, 2, 3], violations: [] });
    expect(errors).toMatchObject([{ message: 'the application failed' }]);
  });

  it('ends when it is no longer the account’s', async () => {
    const { recorder } = followed(open());
    await caughtUp(recorder);
    for (const peer of server.peers) peer.send({ t: 'gap', s: S, epoch: 'e1', offset: 0, state: 'closed' });
    await until(() => recorder.closures.length > 0, 'the end');
    write(1);
    expect(recorder).toMatchObject({ closures: ['closed'], state: [] });
  });

  it('takes a state that is older or newer than the stream', async () => {
    for (const n of [1, 2, 3]) write(n);
    for (const lag of [2, 0]) {
      const recorder = createRecorder(() => ({ state: truth().state.slice(0, 3 - lag), offset: 3 - lag }));
      const stop = open().follow(S, recorder);
      await caughtUp(recorder);
      expect(recorder).toMatchObject({ state: [1, 2, 3], loads: 1, violations: [] });
      stop();
    }
    const ahead = createRecorder(() => {
      write(4);
      return truth();
    });
    open().follow(S, ahead);
    await caughtUp(ahead);
    write(5);
    await caughtUp(ahead);
    expect(ahead).toMatchObject({ state: [1, 2, 3, 4, 5], violations: [] });
  });

  it('tells the server how far it has come', async () => {
    const { recorder } = followed(open());
    await caughtUp(recorder);
    for (let n = 0; n < 200; n++) write(n);
    await caughtUp(recorder);
    const [peer] = server.peers;
    await until(() => peer!.frames.filter(({ t }) => t === 'ack').length >= 3, 'acks');
    expect(peer!.frames.find(({ t }) => t === 'ack')).toEqual({ t: 'ack', streams: [{ s: S, offset: 64 }] });
  });
});

describe('the connection', () => {
  it('stays away when the server says so', async () => {
    for (const { code, reconnect } of Object.values(CLOSE)) {
      server.greet = () => code;
      const states: string[] = [];
      const client = open({ onState: (state) => states.push(state) });
      const verdict = await Promise.race([
        client.ready().catch((error) => error.code),
        until(() => states.includes('waiting'), 'the pause').then(() => 'back'),
      ]);
      client.close();
      expect([code, verdict]).toEqual([
        code,
        ['no', 'authenticate'].includes(reconnect) ? 'client.closed' : 'back',
      ]);
    }
  });

  it('asks for another token when one was refused', async () => {
    server.greet = (token) => (token === 'fresh' ? null : CLOSE.unauthenticated.code);
    const reasons: string[] = [];
    const client = open({
      authenticate: (reason) => {
        reasons.push(reason);
        return reason === 'refused' ? 'fresh' : 'stale';
      },
    });
    await client.ready();
    expect(reasons).toEqual(['connect', 'refused']);
  });

  it('sends another token before the one in use ends, again and again', async () => {
    server.lifetimeMs = 40;
    const client = open({ authenticate: (reason) => reason });
    await client.ready();
    const auths = () => [...server.peers].flatMap((peer) => peer.frames.filter(({ t }) => t === 'auth'));
    await until(() => auths().length >= 3, 'three renewals');
    expect(auths()[2]).toMatchObject({ token: 'expiring' });
    expect(server.hellos).toHaveLength(1);
  });

  it('is opened again when the hello could not be served', async () => {
    let refusals = 0;
    server.tamper = (frame) =>
      frame.t === 'welcome' && refusals++ < 2
        ? [
            {
              t: 'err',
              id: frame.id,
              code: 'storage.unavailable',
              category: 'unavailable',
              message: 'later',
              retryable: true,
            },
          ]
        : [frame];
    await open().ready();
    expect(server.hellos).toHaveLength(3);
  });

  it('is given up when the server falls silent', async () => {
    server.heartbeatMs = 20;
    const client = open({ pongTimeoutMs: 50 });
    const { recorder } = followed(client);
    await caughtUp(recorder);
    server.silent = true;
    await until(() => client.state !== 'open', 'the end of the dead connection');
    write(1);
    server.silent = false;
    await caughtUp(recorder);
    expect(recorder).toMatchObject({ state: [1], loads: 1, violations: [] });
  });

  it('comes back to a server that was away', async () => {
    const port = Number(new URL(server.url).port);
    const client = open();
    const { recorder } = followed(client);
    await caughtUp(recorder);
    await server.close();
    await until(() => client.state === 'waiting', 'the loss');
    server = await startProtocolServer(port);
    write(1);
    await caughtUp(recorder);
    expect(recorder).toMatchObject({ state: [1], violations: [] });
  });

  it('hands hints on and keeps what is watched over connections', async () => {
    const client = open();
    const hints: unknown[] = [];
    client.onHint((hint) => hints.push(hint));
    client.watch({ presence: ['5'] });
    client.feed(true);
    await client.ready();
    client.reconnect();
    await until(() => server.hellos.length === 2 && client.state === 'open', 'another connection');
    const [peer] = [...server.peers].slice(-1);
    await until(() => peer!.frames.some(({ t }) => t === 'watch'), 'the watch');
    expect(peer!.frames).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ t: 'watch', presence: ['5'] }),
        expect.objectContaining({ t: 'sub', topics: ['feed'] }),
      ]),
    );
    peer!.send({ t: 'eph', s: 'feed', type: 'post.bumped', data: { n: 1 } });
    await until(() => hints.length === 1, 'the hint');
    expect(hints).toEqual([{ from: 'feed', type: 'post.bumped', data: { n: 1 } }]);
  });
});
