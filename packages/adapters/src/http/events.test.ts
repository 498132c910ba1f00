import { systemActor } from '@socialkit/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSocialKit } from '../kit/create-social-kit.js';
import type { SocialKit } from '../kit/social-kit.js';
import { createHandler, type Handler } from './handler.js';

interface Message {
  readonly id: string | null;
  readonly event: string;
  readonly data: {
    readonly t: string;
    readonly o?: number;
    readonly streams?: readonly object[];
    readonly code?: number;
  };
}

/** Reads a response as an EventSource would. */
function listen(response: Response) {
  const messages: Message[] = [];
  let ended = false;
  const reader = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream())
    .getReader();
  const run = async () => {
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const parts = (rest + value).split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1] ?? null;
        const data = field('data');
        if (data !== null)
          messages.push({ id: field('id'), event: field('event') ?? '', data: JSON.parse(data) });
      }
    }
    ended = true;
  };
  void run();
  return {
    messages,
    offsets: () => messages.flatMap(({ data }) => (data.t === 'ev' ? [data.o] : [])),
    ended: () => ended,
    cancel: () => reader.cancel(),
  };
}

describe('GET /events', () => {
  let kit: SocialKit;
  let handler: Handler;
  let ada: string;
  let ben: string;
  beforeEach(async () => {
    kit = await createSocialKit({ database: 'memory', worker: false });
    handler = createHandler(kit, {
      authenticate: (request) => {
        const id = request.headers.get('authorization')?.replace('Bearer ', '');
        return id === undefined ? null : kit.actorFor({ accountId: id });
      },
    });
    const make = async (handle: string) =>
      (await kit.identity.ensure(systemActor('test'), { externalId: handle, handle })).account.id;
    [ada, ben] = [await make('ada'), await make('ben')];
  });
  afterEach(() => kit.close());
  const get = (query: string, id?: string, last?: string) =>
    handler(
      new Request(`http://x/v1/events?${query}`, {
        headers: {
          ...(id === undefined ? {} : { authorization: `Bearer ${id}` }),
          ...(last === undefined ? {} : { 'last-event-id': last }),
        },
      }),
    );
  const tell = (userId: string, count: number) =>
    kit.realtime.tell(Array.from({ length: count }, () => ({ userId, type: 'thing.happened', data: {} })));

  it('streams the events of a socket, and resumes behind the last one handled', async () => {
    const response = await get(`streams=user:${ada}`, ada);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const first = listen(response);
    await tell(ada, 3);
    await vi.waitFor(() => expect(first.offsets()).toEqual([1, 2, 3]));
    expect(first.messages[0]?.data).toMatchObject({ t: 'ok', streams: [{ state: 'live', offset: 0 }] });
    const last = first.messages[2]?.id ?? '';
    await first.cancel();
    await tell(ada, 2);
    const second = listen(await get(`streams=user:${ada}`, ada, last));
    await vi.waitFor(() => expect(second.offsets()).toEqual([3, 4, 5]));
    expect(second.messages[0]?.data).toMatchObject({ streams: [{ state: 'resumed', offset: 5 }] });
    const strange = listen(await get(`streams=user:${ada}`, ada, `other~user:${ada}=2`));
    await vi.waitFor(() =>
      expect(strange.messages[0]?.data).toMatchObject({ streams: [{ state: 'reset' }] }),
    );
    await second.cancel();
    await strange.cancel();
    await vi.waitFor(() => expect(kit.realtime.hub.stats()).toMatchObject({ clients: 0, subscriptions: 0 }));
  });

  it('refuses nobody, bad input, and streams of others', async () => {
    expect((await get(`streams=user:${ada}`)).status).toBe(401);
    for (const query of [
      '',
      'streams=all',
      `streams=user:${ada}&actor=${ben}`,
      'topics=everything',
      'streams=user:0',
    ])
      expect((await get(query, ada)).status).toBe(400);
    const other = listen(await get(`streams=user:${ben}`, ada));
    await vi.waitFor(() =>
      expect(other.messages[0]?.data).toMatchObject({ streams: [{ state: 'refused' }] }),
    );
    await tell(ben, 1);
    await kit.realtime.hub.check();
    expect(other.offsets()).toEqual([]);
    await other.cancel();
  });

  it('ends with the account and with its sessions, saying so', async () => {
    const [first, second] = [
      listen(await get(`streams=user:${ada}`, ada)),
      listen(await get(`streams=user:${ben}`, ben)),
    ];
    kit.realtime.revoke({ accountId: ada });
    await vi.waitFor(() => expect(first.ended()).toBe(true));
    expect(first.messages.at(-1)?.data).toMatchObject({ t: 'bye', code: 4401 });
    await kit.identity.moderate(systemActor('test'), { userId: ben, state: 'suspended', reason: 'spam' });
    await vi.waitFor(() => expect(second.ended()).toBe(true));
    expect(second.messages.at(-1)?.data).toMatchObject({ t: 'bye', code: 4403 });
    expect((await get(`streams=user:${ben}`, ben)).status).toBe(403);
  });

  it('is bounded for each account', async () => {
    const many = await Promise.all(Array.from({ length: 10 }, () => get('topics=feed', ada)));
    expect((await get('topics=feed', ada)).status).toBe(429);
    await many[0]?.body?.cancel();
    const again = await get('topics=feed', ada);
    expect(again.status).toBe(200);
    await Promise.all([...many.slice(1), again].map(({ body }) => body?.cancel()));
  });

  it('stands in the API document', async () => {
    const document = (await (await handler(new Request('http://x/openapi.json'))).json()) as {
      paths: Record<string, object>;
    };
    expect(document.paths['/events']).toMatchObject({ get: { 'x-operation': 'realtime.events' } });
    expect((await handler(new Request('http://x/v1/events', { method: 'POST' }))).status).toBe(405);
  });
});
