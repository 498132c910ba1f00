import { createFakeClock, type Logger, silentLogger } from '@socialkit/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SocialKitOptions } from '../kit/options.js';
import type { GatewayOptions } from './options.js';
import { openTestClient, type TestClient } from './test-client.js';
import { openTestNode, type TestNode } from './test-node.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const start = async (
  gateway: Partial<GatewayOptions> = {},
  kit: SocialKitOptions = { database: 'memory' },
) => {
  const node = await openTestNode(kit, gateway);
  closers.push(() => node.close());
  return { node, ada: await node.account('ada') };
};
const raw = async (node: TestNode, options: Parameters<typeof openTestClient>[1] = {}, query = '') => {
  const client = await openTestClient(node.url + query, options);
  closers.push(() => client.ws.terminate());
  return client;
};
const open = async (node: TestNode, accountId: string) => {
  const client = await raw(node);
  await client.hello(accountId);
  return client;
};

describe('frames beyond the limits', () => {
  it('close with the code that says why', async () => {
    const { node, ada } = await start();
    const ends = async (act: (client: TestClient) => void) => {
      const client = await open(node, ada);
      act(client);
      return client.closed;
    };
    expect(await ends(({ ws }) => ws.send(`{"t":"ping","x":"${'x'.repeat(70_000)}"}`))).toBe(4413);
    expect(await ends(({ ws }) => ws.send('{"t":'))).toBe(4400);
    expect(await ends(({ ws }) => ws.send('[]'))).toBe(4400);
    expect(await ends(({ ws }) => ws.send('7'))).toBe(4400);
    expect(await ends(({ ws }) => ws.send('null'))).toBe(4400);
    expect(await ends(({ ws }) => ws.send('{"t":"ping","a":'.padEnd(40_000, '[')))).toBe(4400);
    expect(
      await ends(({ ws }) => ws.send(`{"t":"ping","a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)),
    ).toBe(4400);
    expect(await ends(({ ws }) => ws.send('{"t":"ping","__proto__":{"admin":true}}'))).toBe(4400);
    expect(await ends(({ ws }) => ws.send('{"t":"ping","t":"ping"}'))).toBe(4400);
    expect(await ends(({ ws }) => ws.send(Buffer.from('{"t":"ping"}'), { binary: true }))).toBe(4400);
    expect(await ends(({ ws }) => ws.send(JSON.stringify(Array(33).fill({ t: 'ping' }))))).toBe(4400);
    expect(
      await ends(({ ws }) =>
        (ws as unknown as { _socket: { write(b: Buffer): void } })._socket.write(
          Buffer.from([0xff, 0xff, 0xff]),
        ),
      ),
    ).toBe(4400);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    const alive = await open(node, ada);
    expect(await alive.ask({ t: 'unsub' })).toMatchObject({ t: 'ok' });
  });

  it('close with 4429 above the rate, and with 4408 without a hello', async () => {
    const { node, ada } = await start({ limits: { framesPerSecond: 20, helloMs: 200 } });
    const client = await open(node, ada);
    for (let n = 0; n < 500; n++) client.send({ t: 'ping' });
    expect(await client.closed).toBe(4429);
    expect(client.frames.filter(({ t }) => t === 'pong').length).toBeLessThanOrEqual(60);
    expect(await (await raw(node)).closed).toBe(4408);
  });

  it('are answered with an error above the number of streams, which leaves the others alone', async () => {
    const { node, ada } = await start({ limits: { subscriptions: 5 } });
    const client = await open(node, ada);
    const names = Array.from({ length: 6 }, (_, i) => ({ s: `user:${i + 1}` }));
    expect(await client.ask({ t: 'sub', streams: names })).toMatchObject({
      t: 'err',
      code: 'subscription.too_many',
    });
    expect(await client.ask({ t: 'sub', streams: [{ s: `user:${ada}` }] })).toMatchObject({ t: 'ok' });
    const many = Array.from({ length: 1000 }, (_, i) => ({ s: `user:${i + 1}` }));
    expect(await client.ask({ t: 'sub', streams: many })).toMatchObject({ t: 'err', code: 'frame.invalid' });
    await node.tell(ada);
    await client.until(({ t }) => t === 'ev');
  });

  it('wait unread while too many calls are under way, and are all answered', async () => {
    const CALLS = 100;
    const { node, ada } = await start({ limits: { inFlight: 4 } });
    const client = await open(node, ada);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let under = 0;
    let most = 0;
    node.kit.before('posts.create', async () => {
      most = Math.max(most, ++under);
      await held;
      under--;
    });
    const calls = Array.from({ length: CALLS }, (_, n) =>
      client.ask({ t: 'call', op: 'posts.create', input: { text: `${n} ${'x'.repeat(4500)}` } }),
    );
    await vi.waitFor(() => expect(under).toBe(1), { timeout: 10_000 });
    // What came in one piece with the fourth is read with it; the rest stays where it is.
    expect(node.gateway.stats().frames).toBeLessThan(CALLS);
    release();
    const texts = (await Promise.all(calls)).map((answer) =>
      answer.t === 'ok' ? (answer.data as { text: string }).text.split(' ')[0] : answer,
    );
    // Writes of one client keep its order.
    expect(texts).toEqual(Array.from({ length: CALLS }, (_, n) => `${n}`));
    expect(most).toBe(1);
  });
});

describe('who may connect', () => {
  it('is decided by the origin before the upgrade, whatever cookie comes with it', async () => {
    const { node, ada } = await start({
      origins: ['https://app.example.org'],
      cookies: true,
      authenticate: (request) => {
        const id = /session=(\d+)/.exec(request.headers.get('cookie') ?? '')?.[1];
        return id === undefined ? null : node.kit.actorFor({ accountId: id });
      },
    });
    const cookie = `session=${ada}`;
    for (const origin of [
      'https://evil.example.org',
      'https://app.example.org.evil.org',
      'http://app.example.org',
      'https://app.example.org:444',
      'null',
      'app.example.org',
    ])
      await expect(raw(node, { origin, headers: { cookie } })).rejects.toThrow('refused with 403');
    const allowed = await raw(node, { origin: 'https://app.example.org', headers: { cookie } });
    expect(await allowed.ask({ t: 'hello' })).toMatchObject({ t: 'welcome', userId: ada });
    // Without an origin a cookie proves nothing.
    const program = await raw(node, { headers: { cookie } });
    program.send({ t: 'hello', id: 1 });
    expect(await program.closed).toBe(4401);
    expect(node.gateway.stats().refused).toEqual({ 403: 6 });
  });

  it('ends with a session: expired, renewed, of another account', async () => {
    const clock = createFakeClock();
    const { node, ada } = await start(
      {
        authenticate: async (request) => {
          const [id = '', until] = (request.headers.get('authorization') ?? '')
            .replace('Bearer ', '')
            .split('.');
          const actor = await node.kit.actorFor({ accountId: id });
          return actor && { actor, expiresAt: Number(until), sessionId: `s-${id}-${until}` };
        },
      },
      { database: 'memory', clock },
    );
    const ben = await node.account('ben');
    const until = clock.now() + 60_000;
    const [short, long] = [await raw(node), await raw(node)];
    expect(await short.hello(`${ada}.${until}`)).toMatchObject({ expiresAt: until });
    await long.hello(`${ada}.${until}`);
    expect(await long.ask({ t: 'auth', token: `${ben}.${until}` })).toMatchObject({
      code: 'session.other_account',
    });
    expect(await long.ask({ t: 'auth', token: `${ada}.${until + 60_000}` })).toMatchObject({
      t: 'ok',
      data: { expiresAt: until + 60_000 },
    });
    clock.advance(60_000);
    expect(await short.closed).toBe(4401);
    expect(await long.ask({ t: 'unsub' })).toMatchObject({ t: 'ok' });
    node.gateway.revoke({ sessionId: `s-${ada}-${until + 60_000}` });
    expect(await long.closed).toBe(4401);
  });

  it('leaves no token, ticket or cookie in the log', async () => {
    const lines: string[] = [];
    const log = (fields: object, message: string) =>
      void lines.push(
        `${message} ${JSON.stringify(fields, (_, value) => (value instanceof Error ? String(value.stack) : value))}`,
      );
    const logger: Logger = {
      ...silentLogger,
      debug: log,
      info: log,
      warn: log,
      error: log,
      child: () => logger,
    };
    const { node } = await start(
      {
        authenticate: () => {
          throw new Error('the host fails');
        },
      },
      { database: 'memory', logger },
    );
    const secret = 'TOPSECRET'.repeat(4);
    const a = await raw(node, { headers: { cookie: `session=${secret}` } }, `?ticket=${secret}`);
    a.send({ t: 'hello', id: 1 });
    expect(await a.closed).toBe(4401);
    const b = await raw(node);
    b.send({ t: 'hello', id: 1, token: secret });
    expect(await b.closed).toBe(4500);
    const c = await raw(node);
    c.send({ t: 'hello', id: 1, token: `${secret}\n${secret}` });
    expect(await c.closed).toBe(4401);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => line.includes('TOPSECRET'))).toEqual([]);
  });

  it('is told to come later when it connects too often', async () => {
    const { node } = await start({ limits: { connectsPerMinute: 3 } });
    for (let n = 0; n < 3; n++) await raw(node);
    await expect(raw(node)).rejects.toThrow('refused with 429');
  });
});

describe('the heart of a connection', () => {
  it('beats for whoever answers, and ends whoever is silent', async () => {
    const { node, ada } = await start({ limits: { heartbeatMs: 100, heartbeatGraceMs: 100 } });
    const [well, dead] = [await open(node, ada), await open(node, ada)];
    let pings = 0;
    well.ws.on('ping', () => pings++);
    dead.ws.pause();
    await vi.waitFor(() => expect(node.gateway.stats().sockets).toBe(1), { timeout: 5000 });
    await vi.waitFor(() => expect(pings).toBeGreaterThan(3), { timeout: 5000 });
    expect(await well.ask({ t: 'unsub' })).toMatchObject({ t: 'ok' });
    dead.ws.resume();
  });

  it('does not look at the clock on the wall', async () => {
    const clock = createFakeClock();
    const { node, ada } = await start({ limits: { heartbeatMs: 60_000 } }, { database: 'memory', clock });
    const client = await open(node, ada);
    clock.advance(3 * 60 * 60_000);
    await node.kit.realtime.hub.check();
    expect(await client.ask({ t: 'unsub' })).toMatchObject({ t: 'ok' });
    clock.set(clock.now() - 6 * 60 * 60_000);
    expect(await client.ask({ t: 'unsub' })).toMatchObject({ t: 'ok' });
  });
});
