import { afterEach, describe, expect, it, vi } from 'vitest';
import { openTestClient } from './test-client.js';
import { openTestNode } from './test-node.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('a revoked token', () => {
  it('ends the open socket within two seconds, resumes nothing, and gives way to a new one without a hole', async () => {
    const ended = new Set<string>();
    const node = await openTestNode(
      { database: 'memory' },
      {
        authenticate: async (request) => {
          const token = (request.headers.get('authorization') ?? '').replace('Bearer ', '');
          const [accountId = ''] = token.split('.');
          if (ended.has(token)) return null;
          const actor = await node.kit.actorFor({ accountId });
          return actor && { actor, sessionId: token };
        },
      },
    );
    closers.push(() => node.close());
    const ada = await node.account('ada');
    const connect = async () => {
      const client = await openTestClient(node.url);
      closers.push(() => client.ws.terminate());
      return client;
    };
    const s = `user:${ada}`;
    const [stolen, own] = [`${ada}.1`, `${ada}.2`];
    const client = await connect();
    await client.hello(stolen);
    const answer = await client.ask({ t: 'sub', streams: [{ s }] });
    const [at] = (answer.t === 'ok' && answer.streams) || [];
    await node.tell(ada, 2);
    await vi.waitFor(() => expect(client.events()).toHaveLength(2));

    ended.add(stolen);
    node.gateway.revoke({ sessionId: stolen });
    const late = new Promise<string>((resolve) => {
      setTimeout(resolve, 2000, 'still open').unref();
    });
    expect(await Promise.race([client.closed, late])).toBe(4401);
    await node.tell(ada, 3);
    expect(client.events()).toHaveLength(2);

    const resume = [{ s, epoch: at?.epoch, offset: 2 }];
    const again = await connect();
    again.send({ t: 'hello', id: 1, token: stolen, resume });
    expect(await again.closed).toBe(4401);
    expect(again.events()).toEqual([]);
    expect(again.frames.map(({ t }) => t)).toEqual(['err']);

    const renewed = await connect();
    const welcome = await renewed.hello(own, resume);
    expect(welcome.streams).toMatchObject([{ state: 'resumed', offset: 5 }]);
    await node.tell(ada, 1);
    await vi.waitFor(() => expect(renewed.events().map(({ o }) => o)).toEqual([3, 4, 5, 6]));
  });
});
