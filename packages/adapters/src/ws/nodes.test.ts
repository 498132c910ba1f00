import { systemActor } from '@socialkit/core';
import { describePostgres, describeRedis, type PostgresForTests } from '@socialkit/test-services/vitest';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTestClient, type TestClient } from './test-client.js';
import { openTestNode, type TestNode } from './test-node.js';

const patience = { timeout: 20_000, interval: 20 };
const numbers = (client: TestClient) => client.events().map(({ o }) => o);
const span = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

/** Two nodes of one platform, and what must hold on them. */
function twoNodes(server: PostgresForTests, redis: () => object): void {
  let a: TestNode;
  let b: TestNode;
  let made = 0;
  const clients: TestClient[] = [];
  beforeAll(async () => {
    const database = await server.createDatabase();
    const realtime = { checkMs: 500, feedMs: 100 };
    a = await openTestNode({ database, migrate: true, realtime, ...redis() });
    b = await openTestNode({ database, realtime, ...redis() });
  }, 60_000);
  afterEach(() => {
    for (const client of clients.splice(0)) client.ws.terminate();
  });
  afterAll(async () => {
    await Promise.all([a?.close(), b?.close()]);
  });
  const account = () => a.account(`somebody${++made}`);
  const open = async (node: TestNode, id: string, resume?: readonly object[]) => {
    const client = await openTestClient(node.url);
    clients.push(client);
    return { client, welcome: await client.hello(id, resume) };
  };
  const follow = async (client: TestClient, id: string) => {
    const answer = await client.ask({ t: 'sub', streams: [{ s: `user:${id}` }] });
    const [standing] = (answer.t === 'ok' && answer.streams) || [];
    if (!standing) throw new Error('not followed');
    return standing;
  };

  it('tell each other what happens, in order', async () => {
    const id = await account();
    const [here, there] = [(await open(a, id)).client, (await open(b, id)).client];
    await follow(here, id);
    await follow(there, id);
    for (let n = 0; n < 10; n++) await (n % 2 ? a : b).tell(id, 2);
    for (const client of [here, there])
      await vi.waitFor(() => expect(numbers(client)).toEqual(span(1, 20)), patience);
  }, 60_000);

  it('take over whom the other lost, without a hole', async () => {
    const id = await account();
    const { client } = await open(a, id);
    const { epoch } = await follow(client, id);
    await b.tell(id, 3);
    await vi.waitFor(() => expect(numbers(client)).toEqual([1, 2, 3]), patience);
    client.ws.terminate();
    await a.tell(id, 5);
    const again = await open(b, id, [{ s: `user:${id}`, epoch, offset: 3 }]);
    expect(again.welcome.streams).toMatchObject([{ state: 'resumed', offset: 8 }]);
    await vi.waitFor(() => expect(numbers(again.client)).toEqual(span(4, 8)), patience);
  }, 60_000);

  it('lose and repeat nothing between what a client knows and what it hears, in 1000 rounds', async () => {
    const id = await account();
    const { client } = await open(b, id);
    const s = `user:${id}`;
    const { epoch } = await follow(client, id);
    for (let round = 0; round < 1000; round++) {
      const known = numbers(client).at(-1) ?? 0;
      // Committed while the client leaves the stream and enters it again behind what it knows.
      const telling = (round % 2 ? a : b).tell(id);
      await client.ask({ t: 'unsub', streams: [s] });
      const held = numbers(client).at(-1) ?? 0;
      const answer = await client.ask({ t: 'sub', streams: [{ s, epoch, offset: held }] });
      expect(answer).toMatchObject({ streams: [{ state: 'resumed' }] });
      await telling;
      await vi.waitFor(() => expect(numbers(client).at(-1)).toBe(known + 1), {
        timeout: 20_000,
        interval: 1,
      });
      client.send({ t: 'ack', streams: [{ s, offset: known + 1 }] });
    }
    expect(numbers(client)).toEqual(span(1, 1000));
  }, 300_000);

  it('silence a suspended account on every node', async () => {
    const id = await account();
    const [here, there] = [(await open(a, id)).client, (await open(b, id)).client];
    await a.kit.identity.moderate(systemActor('test'), { userId: id, state: 'suspended', reason: 'spam' });
    expect(await here.closed).toBe(4403);
    expect(await there.closed).toBe(4403);
  }, 60_000);

  it('withhold from each other what one who blocks wrote, on every node', async () => {
    const [id, other] = [await account(), await account()];
    const { client } = await open(b, id);
    await follow(client, id);
    await b.tell(id, 1, other);
    await vi.waitFor(() => expect(client.events()).toHaveLength(1), patience);
    expect(client.events()[0]?.data).toBeDefined();
    await a.kit.graph.block(a.kit.actor(other), { userId: id });
    let told = 1;
    await vi.waitFor(
      async () => {
        await b.tell(id, 1, other);
        told++;
        await vi.waitFor(() => expect(client.events()).toHaveLength(told), patience);
        expect(client.events().at(-1)?.data).toBeUndefined();
      },
      { timeout: 20_000, interval: 200 },
    );
    const seen = client.events().length;
    await b.tell(id, 1, other);
    await b.tell(id, 1);
    await vi.waitFor(() => expect(client.events()).toHaveLength(seen + 2), patience);
    expect(
      client
        .events()
        .slice(seen)
        .map(({ data }) => data !== undefined),
    ).toEqual([false, true]);
    expect(numbers(client)).toEqual(span(1, seen + 2));
  }, 60_000);

  it('let a ticket open one socket, whichever node it goes to first', async () => {
    const id = await account();
    const { ticket } = await a.kit.realtime.service.ticket(a.kit.actor(id), {});
    const ends = await Promise.all(
      [a, b, a, b].map(async ({ url }) => {
        const client = await openTestClient(`${url}?ticket=${ticket}`);
        clients.push(client);
        return Promise.race([
          client.ask({ t: 'hello' }).then(
            ({ t }) => t,
            () => 'closed',
          ),
          client.closed,
        ]);
      }),
    );
    expect(ends.filter((end) => end === 'welcome')).toHaveLength(1);
  }, 60_000);

  it('tell followers on every node that there are new posts, and watchers what became of theirs', async () => {
    const [author, follower, stranger] = [await account(), await account(), await account()];
    await a.kit.graph.follow(a.kit.actor(follower), { userId: author });
    const post = await a.kit.posts.create(a.kit.actor(author), { text: 'the first' });
    const hers = await a.kit.posts.create(a.kit.actor(author), {
      text: 'for me alone',
      visibility: 'private',
    });
    const [{ client }, { client: other }] = [await open(b, follower), await open(b, stranger)];
    for (const one of [client, other]) {
      await one.ask({ t: 'sub', topics: ['feed'] });
      await one.ask({ t: 'watch', posts: [post.id, hers.id] });
    }
    const hints = (of: TestClient, type: string) =>
      of.frames.filter((frame) => frame.t === 'eph' && frame.type === type);
    await a.kit.posts.create(a.kit.actor(author), { text: 'hidden', visibility: 'private' });
    const heard = async (act: () => Promise<unknown>, check: () => void) =>
      vi.waitFor(
        async () => {
          await act();
          check();
        },
        { timeout: 20_000, interval: 500 },
      );
    await heard(
      () => a.kit.posts.create(a.kit.actor(author), { text: 'news' }),
      () => expect(hints(client, 'feed.updated').length).toBeGreaterThan(0),
    );
    expect(hints(other, 'feed.updated')).toEqual([]);
    let n = 0;
    await heard(
      async () => {
        await a.kit.posts.edit(a.kit.actor(author), { postId: post.id, text: `edited ${++n}` });
        await a.kit.posts.edit(a.kit.actor(author), { postId: hers.id, text: `edited ${n}` });
      },
      () => expect(hints(other, 'posts.changed').length).toBeGreaterThan(0),
    );
    const items = other.frames.flatMap((frame) =>
      frame.t === 'eph' && frame.type === 'posts.changed'
        ? (frame.data.items as { id: string; state: string; post: { text: string } | null }[])
        : [],
    );
    expect(items.find(({ id }) => id === post.id)).toMatchObject({ state: 'edited' });
    // Authorised when it is sent: what this viewer cannot see is gone to him, and says no more.
    for (const item of items.filter(({ id }) => id === hers.id))
      expect(item).toMatchObject({ state: 'gone', post: null });
  }, 60_000);
}

describePostgres('two nodes', (server) => {
  describeRedis('with Redis between them', ({ url, prefix }) => {
    twoNodes(server, () => ({ redis: { url, prefix, deadlineMs: 5000 } }));

    describe('revocations', () => {
      it('end sessions on every node', async () => {
        const database = await server.createDatabase();
        const redis = { url, prefix: `${prefix}r:`, deadlineMs: 5000 };
        const a = await openTestNode({ database, migrate: true, redis });
        const b = await openTestNode({ database, redis });
        try {
          const id = await a.account('somebody');
          const other = await a.account('another');
          const [first, second] = [await b.client(id), await b.client(other)];
          a.gateway.revoke({ accountId: id });
          expect(await first.closed).toBe(4401);
          expect(await second.ask({ t: 'unsub' })).toMatchObject({ t: 'ok' });
          second.ws.terminate();
        } finally {
          await Promise.all([a.close(), b.close()]);
        }
      }, 60_000);
    });
  });

  describe('with nothing but the database between them', () => {
    it('find by their position checks what no message tells, also a suspension', async () => {
      const database = await server.createDatabase();
      const realtime = { checkMs: 200 };
      const a = await openTestNode({ database, migrate: true, realtime });
      const b = await openTestNode({ database, realtime });
      try {
        const id = await a.account('somebody');
        const client = await b.client(id);
        await client.ask({ t: 'sub', streams: [{ s: `user:${id}` }] });
        await a.tell(id, 30);
        await vi.waitFor(() => expect(numbers(client)).toEqual(span(1, 30)), patience);
        await a.kit.identity.moderate(systemActor('test'), {
          userId: id,
          state: 'suspended',
          reason: 'spam',
        });
        expect(await client.closed).toBe(4403);
      } finally {
        await Promise.all([a.close(), b.close()]);
      }
    }, 60_000);
  });
});
