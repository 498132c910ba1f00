import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ProtocolServer, startProtocolServer } from '../testing/protocol-server.js';
import { until } from '../testing/until.js';
import { createCalls } from './calls.js';
import type { RealtimeClientOptions } from './options.js';
import type { ClientStorage } from './outbox.js';
import { createRealtimeClient, type RealtimeClient } from './realtime-client.js';

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
  const client = createRealtimeClient({ url: server.url, WebSocket, minMs: 5, maxMs: 20, ...options });
  clients.push(client);
  return client;
};

/** Takes every write once by its key, and loses the answer of every other one. */
const forgetful = () => {
  const written: unknown[] = [];
  const seen = new Set<unknown>();
  let calls = 0;
  server.answer = (_op, input, peer) => {
    if (!seen.has(input.clientId)) {
      seen.add(input.clientId);
      written.push(input.n);
    }
    if (calls++ % 2 === 0) {
      peer.socket.terminate();
      return undefined;
    }
    return { n: input.n };
  };
  return written;
};

describe('a call', () => {
  it('gets the answer, or the error the server threw', async () => {
    server.answer = (op, input) => {
      if (op === 'things.make') return { made: input.name };
      throw Object.assign(new Error('no such thing'), { code: 'thing.not_found' });
    };
    const client = open();
    expect(await client.call('things.make', { name: 'a' })).toEqual({ made: 'a' });
    await expect(client.call('things.get')).rejects.toMatchObject({
      code: 'thing.not_found',
      retryable: false,
    });
  });

  it('is repeated when the connection ends, if a second one is the same as the first', async () => {
    const written = forgetful();
    const client = open();
    expect(await client.call('n.write', { n: 1, clientId: 'a' })).toEqual({ n: 1 });
    expect(written).toEqual([1]);
  });

  it('tells that the outcome is unknown where it may not be repeated', async () => {
    server.answer = (_op, _input, peer) => peer.socket.terminate();
    await expect(open().call('n.write', { n: 1 })).rejects.toMatchObject({
      code: 'call.interrupted',
      retryable: true,
    });
  });

  it('ends without an answer in time, and is repeated where it may', async () => {
    let calls = 0;
    server.answer = () => (calls++ === 0 ? undefined : 'late');
    const client = open();
    await expect(client.call('n.write', { n: 1 }, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'call.timeout',
    });
    calls = 0;
    expect(await client.call('n.write', { clientId: 'a' }, { timeoutMs: 20 })).toBe('late');
  });

  it('keeps to what the server takes at a time', async () => {
    let running = 0;
    let most = 0;
    server.answer = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return 'ok';
    };
    const client = open({ pace: { burst: 1000, perSecond: 1000 } });
    await Promise.all(Array.from({ length: 200 }, () => client.call('n.write')));
    expect(most).toBeLessThanOrEqual(32);
  });

  it('goes no faster than the server takes for long', () => {
    let now = 0;
    const waiting: { at: number; work: () => void }[] = [];
    const sent: number[] = [];
    const calls = createCalls({
      timers: {
        now: () => now,
        after(ms, work) {
          const timer = { at: now + ms, work };
          waiting.push(timer);
          return () => void waiting.splice(waiting.indexOf(timer), 1);
        },
      },
      random: () => 0,
      nextId: () => sent.length + 1,
      send: () => sent.push(now) > 0,
      pace: { burst: 40, perSecond: 17 },
    });
    calls.up(1000);
    for (let n = 0; n < 200; n++) calls.call('n.write', {}, { timeoutMs: 60_000 }).catch(() => {});
    for (const end = 5000; now < end; ) {
      waiting.sort((a, b) => a.at - b.at);
      const next = waiting.shift()!;
      now = Math.max(now, next.at);
      next.work();
    }
    // What a bucket of 60 that fills with 20 a second lets through.
    for (const at of sent) {
      const before = sent.filter((other) => other <= at).length;
      expect(before).toBeLessThanOrEqual(60 + (at / 1000) * 20);
    }
    expect(sent.length).toBeGreaterThan(100);
  });

  it('fails when the client is closed', async () => {
    server.answer = () => undefined;
    const client = open();
    await client.ready();
    const call = client.call('n.write', { clientId: 'a' });
    client.close();
    await expect(call).rejects.toMatchObject({ code: 'client.closed' });
    await expect(client.call('n.write')).rejects.toMatchObject({ code: 'client.closed' });
  });
});

describe('the outbox', () => {
  it('writes everything once and in order, whatever becomes of answers and connections', async () => {
    const written = forgetful();
    const client = open();
    const numbers = Array.from({ length: 30 }, (_, n) => n);
    const answers = numbers.map((n) =>
      client.send({ op: 'n.write', lane: 'a', input: { n, clientId: `k${n}` } }),
    );
    expect(client.unsent()).toHaveLength(30);
    expect(await Promise.all(answers)).toEqual(numbers.map((n) => ({ n })));
    expect(written).toEqual(numbers);
    expect(client.unsent()).toEqual([]);
  });

  it('drops what the server refuses for good and goes on', async () => {
    server.answer = (_op, { n }) => {
      if (n === 1) throw Object.assign(new Error('no'), { code: 'message.refused' });
      return n;
    };
    const client = open();
    const sent = [1, 2].map((n) =>
      client.send({ op: 'n.write', lane: 'a', input: { n, clientId: `k${n}` } }),
    );
    await expect(sent[0]).rejects.toMatchObject({ code: 'message.refused' });
    expect(await sent[1]).toBe(2);
  });

  it('outlives the program', async () => {
    const kept = new Map<string, string>();
    const storage: ClientStorage = {
      get: (key) => kept.get(key) ?? null,
      set: (key, value) => void kept.set(key, value),
    };
    server.answer = () => undefined;
    const first = open({ storage });
    await first.ready();
    const lost = [1, 2].map((n) => first.send({ op: 'n.write', lane: 'a', input: { n, clientId: `k${n}` } }));
    const outcomes = Promise.allSettled(lost);
    await until(() => [...kept.values()].some((text) => text.includes('k2')), 'the storage');
    first.close();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);

    const written: unknown[] = [];
    server.answer = (_op, { n }) => {
      written.push(n);
      return n;
    };
    const sent: unknown[] = [];
    open({ storage, onSent: (item, error) => sent.push([item.input.n, error]) });
    await until(() => sent.length === 2, 'the writes of the earlier run');
    expect(written).toEqual([1, 2]);
    expect(sent).toEqual([
      [1, null],
      [2, null],
    ]);
    await until(() => [...kept.values()].every((text) => text === '[]'), 'the empty storage');
  });
});
