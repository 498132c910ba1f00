import { systemActor } from '@socialkit/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTestClient, type TestClient } from './test-client.js';
import { openTestNode, type TestNode } from './test-node.js';

describe('the gateway', () => {
  let node: TestNode;
  let ada: string;
  let ben: string;
  const clients: TestClient[] = [];
  beforeEach(async () => {
    node = await openTestNode();
    ada = await node.account('ada');
    ben = await node.account('ben');
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.ws.terminate();
    await node.close();
  });
  const open = async (accountId: string, resume?: readonly object[]) => {
    const client = await node.client(accountId, resume);
    clients.push(client);
    return client;
  };
  const raw = async (options: Parameters<typeof openTestClient>[1] = {}, query = '') => {
    const client = await openTestClient(node.url + query, options);
    clients.push(client);
    return client;
  };
  const numbers = (client: TestClient) => client.events().map(({ o }) => o);

  it('welcomes, follows a stream from now, and delivers in order', async () => {
    const client = await raw();
    const welcome = await client.hello(ada);
    expect(welcome).toMatchObject({ userId: ada, expiresAt: null, streams: [] });
    const answer = await client.ask({ t: 'sub', streams: [{ s: `user:${ada}` }] });
    expect(answer).toMatchObject({ t: 'ok', streams: [{ s: `user:${ada}`, offset: 0, state: 'live' }] });
    await node.tell(ada, 3);
    await node.tell(ben, 1);
    await node.tell(ada, 2);
    await vi.waitFor(() => expect(numbers(client)).toEqual([1, 2, 3, 4, 5]));
    expect(client.events().every(({ s, type }) => s === `user:${ada}` && type === 'thing.happened')).toBe(
      true,
    );
  });

  it('resumes from where the client stands, and says so before the events', async () => {
    const first = await open(ada);
    const at = await first.ask({ t: 'sub', streams: [{ s: `user:${ada}` }] });
    const { epoch = '' } = (at.t === 'ok' && at.streams?.[0]) || {};
    await node.tell(ada, 2);
    await vi.waitFor(() => expect(numbers(first)).toEqual([1, 2]));
    first.close();
    await node.tell(ada, 3);
    const second = await raw();
    const welcome = await second.hello(ada, [{ s: `user:${ada}`, epoch, offset: 2 }]);
    expect(welcome.streams).toEqual([{ s: `user:${ada}`, epoch, offset: 5, state: 'resumed' }]);
    await vi.waitFor(() => expect(numbers(second)).toEqual([3, 4, 5]));
    expect(second.frames[0]?.t).toBe('welcome');
    await node.tell(ada, 1);
    await vi.waitFor(() => expect(numbers(second)).toEqual([3, 4, 5, 6]));
  });

  it("refuses another account's stream", async () => {
    const client = await open(ada);
    const answer = await client.ask({ t: 'sub', streams: [{ s: `user:${ben}` }] });
    expect(answer).toMatchObject({ t: 'ok', streams: [{ s: `user:${ben}`, state: 'refused' }] });
    await node.tell(ben, 1);
    await client.ask({ t: 'unsub' });
    expect(client.events()).toEqual([]);
  });

  it('calls operations with their own errors', async () => {
    const client = await open(ada);
    const answer = await client.ask({ t: 'call', op: 'posts.create', input: { text: 'hello' } });
    expect(answer).toMatchObject({ t: 'ok', data: { text: 'hello' } });
    expect(
      await client.ask({ t: 'call', op: 'posts.create', input: { text: 'x', authorId: ben } }),
    ).toMatchObject({
      t: 'err',
      code: 'input.invalid',
    });
    expect(await client.ask({ t: 'call', op: 'posts.nothing' })).toMatchObject({
      code: 'operation.not_found',
    });
    expect(await client.ask({ t: 'call', op: 'feed.verify', input: { userId: ada } })).toMatchObject({
      category: 'forbidden',
    });
  });

  it('answers pings, and frames it does not know without closing', async () => {
    const client = await open(ada);
    client.send({ t: 'ping' });
    await client.until(({ t }) => t === 'pong');
    expect(await client.ask({ t: 'dance' })).toMatchObject({ t: 'err', code: 'frame.unsupported' });
    expect(await client.ask({ t: 'sub', streams: 'all' })).toMatchObject({ t: 'err', code: 'frame.invalid' });
    expect(await client.ask({ t: 'hello', token: ben })).toMatchObject({ t: 'err', code: 'hello.repeated' });
  });

  it('ends with 4401 who is nobody, and with 4426 who speaks another protocol', async () => {
    const nobody = await raw();
    nobody.send({ t: 'hello', id: 1 });
    expect(await nobody.closed).toBe(4401);
    const eager = await raw();
    eager.send({ t: 'ping' }, { t: 'sub', id: 1 });
    expect(await eager.closed).toBe(4401);
    const other = await raw({ protocol: null });
    expect(await other.closed).toBe(4426);
  });

  it('opens by a ticket, once', async () => {
    const { ticket } = await node.kit.realtime.service.ticket(node.kit.actor(ada), {});
    const first = await raw({}, `?ticket=${ticket}`);
    const welcome = await first.ask({ t: 'hello' });
    expect(welcome).toMatchObject({ t: 'welcome', userId: ada });
    const second = await raw({}, `?ticket=${ticket}`);
    second.send({ t: 'hello', id: 1 });
    expect(await second.closed).toBe(4401);
  });

  it('silences a suspended account, and refuses it', async () => {
    const client = await open(ada);
    await client.ask({ t: 'sub', streams: [{ s: `user:${ada}` }] });
    await node.kit.identity.moderate(systemActor('test'), {
      userId: ada,
      state: 'suspended',
      reason: 'spam',
    });
    expect(await client.closed).toBe(4403);
    const again = await raw();
    again.send({ t: 'hello', id: 1, token: ada });
    expect(await again.closed).toBe(4403);
  });

  it('ends revoked sessions of an account and of nobody else', async () => {
    const [a, b] = [await open(ada), await open(ben)];
    node.gateway.revoke({ accountId: ada });
    expect(await a.closed).toBe(4401);
    await b.ask({ t: 'unsub' });
  });

  it('keeps nothing of those who went', async () => {
    const many = await Promise.all(Array.from({ length: 40 }, (_, i) => open(i % 2 ? ada : ben)));
    await Promise.all(many.map((client) => client.ask({ t: 'sub', topics: ['feed'] }).catch(() => {})));
    for (const [i, client] of many.entries()) i % 3 ? client.close() : client.ws.terminate();
    await vi.waitFor(() => {
      const { sockets, sessions, hub } = node.gateway.stats();
      expect({
        sockets,
        sessions,
        clients: hub.clients,
        viewers: hub.viewers,
        subs: hub.subscriptions,
      }).toEqual({
        sockets: 0,
        sessions: 0,
        clients: 0,
        viewers: 0,
        subs: 0,
      });
    });
  });

  it('takes the place of the oldest connection of an account above its number', async () => {
    const first = await open(ada);
    for (let n = 0; n < 10; n++) await open(ada);
    expect(await first.closed).toBe(4409);
  });

  it('says when to come back, finishes what is under way, and takes nobody any more', async () => {
    const client = await open(ada);
    const answer = client.ask({ t: 'call', op: 'posts.create', input: { text: 'the last one' } });
    await vi.waitFor(() => expect(node.gateway.stats().calls).toBe(1));
    const draining = node.gateway.drain();
    expect(await answer).toMatchObject({ t: 'ok' });
    expect(await client.until(({ t }) => t === 'bye')).toMatchObject({ code: 4503, afterMs: 0 });
    expect(await client.closed).toBe(4503);
    await draining;
    await expect(raw()).rejects.toThrow('refused with 503');
  });
});
