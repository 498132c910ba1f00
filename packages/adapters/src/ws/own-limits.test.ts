import { afterEach, describe, expect, it } from 'vitest';
import { createHandler } from '../http/handler.js';
import { openTestClient } from './test-client.js';
import { openTestNode } from './test-node.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const WRITES = { limit: 4, windowMs: 300_000 };
const SENDS = 8;

/** A node on which an account may write little and send more, and a conversation of it. */
async function talk() {
  const node = await openTestNode(
    { database: 'memory', messages: { sendLimit: { limit: SENDS, windowMs: 60_000 } } },
    { callLimits: { write: WRITES } },
  );
  closers.push(() => node.close());
  const { kit } = node;
  const ada = await node.account('ada');
  const { id: conversationId } = await kit.conversations.createGroup(kit.actor(ada), { title: 'Climbers' });
  return { kit, node, ada, conversationId };
}

const outcomes = (codes: readonly string[]) => ({
  sent: codes.filter((code) => code === 'ok').length,
  refused: [...new Set(codes.filter((code) => code !== 'ok'))],
});

describe('operations that count themselves', () => {
  it('send as many messages over a socket as the chat allows, and more than writes', async () => {
    const { node, ada, conversationId } = await talk();
    const client = await openTestClient(node.url);
    closers.push(() => client.ws.terminate());
    await client.hello(ada);
    const codes: string[] = [];
    for (let n = 0; n < SENDS + 2; n++) {
      const answer = await client.ask({
        t: 'call',
        op: 'messages.send',
        input: { conversationId, text: `${n}` },
      });
      codes.push(answer.t === 'err' ? answer.code : answer.t);
    }
    expect(outcomes(codes)).toEqual({ sent: SENDS, refused: ['message.too_many'] });
    for (let n = 0; n < WRITES.limit; n++)
      expect(await client.ask({ t: 'call', op: 'posts.create', input: { text: `${n}` } })).toMatchObject({
        t: 'ok',
      });
    expect(await client.ask({ t: 'call', op: 'posts.create', input: { text: 'more' } })).toMatchObject({
      code: 'request.rate_limited',
    });
  });

  it('are those that have a limit in their slice, and no others', async () => {
    const { kit } = await talk();
    const own = kit.slices.flatMap(({ operations }) =>
      Object.values(operations).flatMap(({ name, rateLimit }) => (rateLimit === 'own' ? [name] : [])),
    );
    expect(own).toEqual(['messages.send', 'messages.forward', 'typing.set']);
  });

  it('do the same over HTTP', async () => {
    const { kit, ada, conversationId } = await talk();
    const handler = createHandler(kit, { authenticate: () => kit.actor(ada), limits: { write: WRITES } });
    const codes: string[] = [];
    for (let n = 0; n < SENDS + 2; n++) {
      const response = await handler(
        new Request(`http://kit.test/v1/conversations/${conversationId}/messages`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ text: `${n}` }),
        }),
      );
      const body = (await response.json()) as { code?: string };
      codes.push(response.ok ? 'ok' : String(body.code));
    }
    expect(outcomes(codes)).toEqual({ sent: SENDS, refused: ['message.too_many'] });
  });
});
