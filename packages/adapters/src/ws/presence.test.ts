import type { ServerFrame } from '@socialkit/core';
import { describePostgres, describeRedis } from '@socialkit/test-services/vitest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SocialKitOptions } from '../kit/options.js';
import { migrateServer } from '../postgres/migrate.js';
import { openTestClient, type TestClient } from './test-client.js';
import { openTestNode, type TestNode } from './test-node.js';

/** A tenth of the default times: the same code, sooner. */
const presence = {
  leaseMs: 1500,
  renewMs: 500,
  entryMs: 60_000,
  refreshMs: 24_000,
  graceMs: 300,
  lastSeenMs: 1000,
} as const;
const PATIENCE = { timeout: 20_000, interval: 20 };

/** Real sockets at two gateways of one platform; in memory there is one. */
function presenceOverSockets(openOptions: () => Promise<SocialKitOptions>, nodes: 1 | 2): void {
  let a: TestNode;
  let b: TestNode;
  let ada: string;
  let ben: string;
  const clients: TestClient[] = [];
  beforeEach(async () => {
    const options = { ...(await openOptions()), presence };
    a = await openTestNode({ ...options, worker: true });
    b = nodes === 2 ? await openTestNode(options) : a;
    [ada, ben] = [await a.account('ada'), await a.account('ben')];
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.ws.terminate();
    await a.close();
    if (b !== a) await b.close();
  });

  const open = async (node: TestNode, accountId: string, device = 'web/1') => {
    const client = await openTestClient(node.url);
    clients.push(client);
    const answer = await client.ask({ t: 'hello', token: accountId, client: device });
    expect(answer.t).toBe('welcome');
    return client;
  };
  const hints = (client: TestClient, type: string) =>
    client.frames.flatMap((frame: ServerFrame) =>
      frame.t === 'eph' && frame.type === type ? [frame.data] : [],
    );
  /** What a client shows of an account, from what it was told. */
  const shown = (client: TestClient, userId: string) => {
    let state: unknown;
    for (const frame of client.frames) {
      if (frame.t !== 'eph' || frame.s !== 'presence') continue;
      if (frame.type === 'presence.changed' && frame.data.userId === userId) state = frame.data.state;
      if (frame.type === 'presence.snapshot')
        for (const item of frame.data.items as { userId: string; state: string }[])
          if (item.userId === userId) state = item.state;
    }
    return state;
  };
  const shows = (client: TestClient, userId: string, state: string) =>
    vi.waitFor(() => expect(shown(client, userId)).toBe(state), PATIENCE);
  const watch = async (client: TestClient, ...userIds: string[]) =>
    expect(await client.ask({ t: 'watch', presence: userIds })).toMatchObject({ t: 'ok' });
  const seenBy = async (viewer: string, userId: string) =>
    (await a.kit.presence.get(a.kit.actor(viewer), { userIds: [userId] })).items[0];

  it('shows who comes and goes, with what, and when it was last there', async () => {
    const watching = await open(a, ada);
    await watch(watching, ben);
    expect(shown(watching, ben)).toBe('offline');
    const phone = await open(b, ben, 'mobile/2.1 (test)');
    await shows(watching, ben, 'online');
    expect((await b.kit.presence.mine(b.kit.actor(ben), {})).devices).toEqual([
      { device: 'mobile', state: 'online' },
    ]);
    await phone.ask({ t: 'call', op: 'presence.choose', input: { state: 'dnd', lastSeen: 'everyone' } });
    await shows(watching, ben, 'dnd');
    phone.close();
    await shows(watching, ben, 'offline');
    await vi.waitFor(async () => expect((await seenBy(ada, ben))?.lastSeenAt).toBeGreaterThan(0), PATIENCE);
  });

  it('says nothing when somebody changes from one socket to another', async () => {
    const watching = await open(a, ada);
    await open(b, ben).then((first) => watch(watching, ben).then(() => first.close()));
    await open(a, ben);
    await shows(watching, ben, 'online');
    const before = hints(watching, 'presence.changed').length;
    await b.kit.presence.choose(b.kit.actor(ben), { state: 'idle' });
    await shows(watching, ben, 'idle');
    expect(hints(watching, 'presence.changed').slice(before)).toEqual([{ userId: ben, state: 'idle' }]);
  });

  it('goes silent with a block, both ways', async () => {
    const [first, second] = [await open(a, ada), await open(b, ben)];
    await watch(first, ben);
    await watch(second, ada);
    await shows(first, ben, 'online');
    await shows(second, ada, 'online');
    await a.kit.graph.block(a.kit.actor(ben), { userId: ada });
    await shows(first, ben, 'offline');
    await shows(second, ada, 'offline');
    const before = hints(first, 'presence.changed').length;
    const cat = await a.account('cat');
    const third = await open(a, cat);
    await watch(third, ben);
    await b.kit.presence.choose(b.kit.actor(ben), { state: 'dnd' });
    await shows(third, ben, 'dnd');
    expect(hints(first, 'presence.changed').length).toBe(before);
  });

  it('refuses watch lists that are too long, and lists by anonymous people', async () => {
    const client = await open(a, ada);
    const ids = Array.from({ length: 201 }, () => ben);
    expect(await client.ask({ t: 'watch', presence: ids })).toMatchObject({ t: 'err' });
    expect(await client.ask({ t: 'watch', presence: ['x'] })).toMatchObject({ t: 'err' });
    const nobody = await openTestClient(a.url);
    clients.push(nobody);
    nobody.send({ t: 'watch', id: 1, presence: [ben] });
    expect(await nobody.closed).toBe(4401);
  });

  it('shows typing to members, and not to those with a block in between', async () => {
    const cat = await a.account('cat');
    for (const member of [ben, cat]) {
      await a.kit.graph.follow(a.kit.actor(member), { userId: ada });
      await a.kit.graph.follow(a.kit.actor(ada), { userId: member });
    }
    const conversation = await a.kit.conversations.createGroup(a.kit.actor(ada), {
      title: 'Talk',
      userIds: [ben, cat],
    });
    for (const member of [ben, cat])
      await a.kit.conversations
        .accept(a.kit.actor(member), { conversationId: conversation.id })
        .catch(() => {});
    const [atBen, atCat] = [await open(b, ben), await open(a, cat)];
    for (const client of [atBen, atCat])
      expect(
        await client.ask({ t: 'sub', streams: [{ s: `conversation:${conversation.id}` }] }),
      ).toMatchObject({ t: 'ok', streams: [{ state: 'live' }] });
    const writing = await open(a, ada);
    const type = () =>
      writing.ask({ t: 'call', op: 'typing.set', input: { conversationId: conversation.id } });
    expect(await type()).toMatchObject({ t: 'ok', data: { shown: true } });
    for (const client of [atBen, atCat])
      await vi.waitFor(
        () => expect(hints(client, 'typing.started')).toEqual([{ userId: ada, expiresInMs: 6000 }]),
        PATIENCE,
      );
    await a.kit.graph.block(a.kit.actor(cat), { userId: ada });
    await vi.waitFor(async () => {
      expect(await type()).toMatchObject({ data: { shown: true } });
    }, PATIENCE);
    await vi.waitFor(() => expect(hints(atBen, 'typing.started')).toHaveLength(2), PATIENCE);
    expect(hints(atCat, 'typing.started')).toHaveLength(1);
  });

  if (nodes === 2)
    it('takes the accounts of a node that stops along, at once', async () => {
      const watching = await open(a, ada);
      await watch(watching, ben);
      await open(b, ben);
      await shows(watching, ben, 'online');
      await b.close();
      await shows(watching, ben, 'offline');
      b = a;
    });
}

describe('presence over sockets, in memory', () =>
  presenceOverSockets(async () => ({ database: 'memory' }), 1));

describePostgres('presence over sockets', (server) => {
  describeRedis('of two nodes on PostgreSQL and Redis', (redis) => {
    let opened = 0;
    presenceOverSockets(async () => {
      const url = await server.createDatabase();
      await migrateServer({ url }, Date.now());
      return {
        database: url,
        redis: { url: redis.url, prefix: `${redis.prefix}${opened++}:`, deadlineMs: 5000 },
      };
    }, 2);
  });
});
