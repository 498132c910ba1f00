import {
  conversationOperations,
  messageOperations,
  presenceOperations,
  receiptOperations,
} from '@socialkit/chat';
import { createHttpClient, routesOf } from '@socialkit/client';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { openServed, type Served } from './served.js';

const tables = {
  conversations: conversationOperations,
  messages: messageOperations,
  presence: presenceOperations,
  receipts: receiptOperations,
};

describe('the client over HTTP', () => {
  let served: Served;
  let ada: string;
  let ben: string;
  beforeAll(async () => {
    served = await openServed();
    ada = await served.account('ada');
    ben = await served.account('ben');
  });
  afterAll(() => served.close());
  // Kept as text in between, as a page would load it.
  const as = (token: string | null, options: object = {}) =>
    createHttpClient<typeof tables>({
      url: `${served.url}/v1/`,
      routes: JSON.parse(JSON.stringify(routesOf(tables))),
      token: () => token,
      ...options,
    });

  it('calls operations by their tables: path, query, lists and bodies', async () => {
    const api = as(ada);
    const group = await api.conversations.createGroup({ title: 'Climbers & co?', idempotencyKey: 'one' });
    expectTypeOf(group.id).toEqualTypeOf<string>();
    const { id: conversationId } = group;
    expect(await api.conversations.get({ conversationId })).toMatchObject({ title: 'Climbers & co?' });
    for (const text of ['a b', 'c/d', 'é?']) await api.messages.send({ conversationId, text });
    const page = await api.messages.history({ conversationId, limit: 2 });
    expect(page.items.map(({ text }) => text)).toEqual(['c/d', 'é?']);
    expect((await api.messages.search({ conversationId, query: 'a b' })).items).toHaveLength(1);
    await api.messages.react({ conversationId, seq: 1, kind: 'like' });
    await api.messages.unreact({ conversationId, seq: 1, kind: 'like' });
    const { items } = await api.presence.get({ userIds: [ada, ben] });
    expect(items.map(({ userId }) => userId)).toEqual([ada, ben]);
    expect((await api.presence.get({ userIds: [ben] })).items).toHaveLength(1);
    expect((await api.receipts.badge()).messages).toBe(0);
    // @ts-expect-error the input is the operation's own
    await expect(api.conversations.createGroup({ name: 'no' })).rejects.toMatchObject({
      code: 'input.invalid',
    });
  });

  it('rejects with the error the server threw', async () => {
    await expect(as(ada).conversations.get({ conversationId: '1' })).rejects.toMatchObject({
      name: 'SocialError',
      category: 'not_found',
      code: 'conversation.not_found',
      retryable: false,
    });
    await expect(as(null).receipts.badge({})).rejects.toMatchObject({
      category: 'unauthenticated',
    });
    await expect(as(ada).conversations.get({ conversationId: undefined as never })).rejects.toMatchObject({
      code: 'input.invalid',
      fields: [{ path: 'conversationId' }],
    });
  });

  it('says when it does not know what became of a call', async () => {
    const gone = createHttpClient<typeof tables>({
      url: 'http://127.0.0.1:9/v1',
      routes: routesOf(tables),
    });
    await expect(gone.receipts.badge()).rejects.toMatchObject({ code: 'call.interrupted' });
    const never: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    await expect(as(ada, { fetch: never, timeoutMs: 20 }).receipts.badge()).rejects.toMatchObject({
      code: 'call.timeout',
      retryable: true,
    });
    const other: typeof fetch = async () => new Response('<h1>Bad gateway</h1>', { status: 502 });
    await expect(as(ada, { fetch: other }).receipts.badge()).rejects.toMatchObject({
      category: 'unavailable',
      code: 'server.error',
    });
  });
});
