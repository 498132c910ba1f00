import { systemActor } from '@socialkit/core';
import { describePostgres } from '@socialkit/test-services/vitest';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SocialKitOptions } from '../kit/options.js';
import type { TestClient } from './test-client.js';
import { openTestNode } from './test-node.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const texts = (client: TestClient) =>
  client
    .events()
    .filter(({ type }) => type === 'message.sent')
    .map(({ data }) => (data as { text?: string } | undefined)?.text);

/** What holds of a stream whose author is taken out of sight, on any storage. */
function withholds(database: () => Promise<SocialKitOptions>): void {
  it('gives others nothing an account said while it is suspended, and all of it afterwards', async () => {
    const node = await openTestNode(await database());
    closers.push(() => node.close());
    const { kit } = node;
    const [ada, ben, cy] = [await node.account('ada'), await node.account('ben'), await node.account('cyd')];
    const as = (id: string) => kit.actor(id);
    const { id: conversationId } = await kit.conversations.createGroup(as(ada), {
      title: 'Climbers',
      userIds: [ben, cy],
    });
    for (const id of [ben, cy]) await kit.conversations.accept(as(id), { conversationId });
    const stream = `conversation:${conversationId}`;
    const from = async (offset: number) => {
      const client = await node.client(ada);
      closers.push(() => client.ws.terminate());
      const answer = await client.ask({ t: 'sub', streams: [{ s: stream }] });
      const [at] = (answer.t === 'ok' && answer.streams) || [];
      if (!at) throw new Error('not followed');
      await client.ask({ t: 'sub', streams: [{ s: stream, epoch: at.epoch, offset }] });
      await vi.waitFor(() => expect(client.events().at(-1)?.o).toBe(at.offset));
      return client;
    };
    const move = (state: 'suspended' | 'active') =>
      kit.identity.moderate(systemActor('test'), { userId: ben, state, reason: 'spam' });

    for (const [id, text] of [
      [ben, 'buy'],
      [cy, 'hello'],
      [ben, 'buy more'],
    ] as const)
      await kit.messages.send(as(id), { conversationId, text });
    const before = await from(0);
    expect(texts(before)).toEqual(['buy', 'hello', 'buy more']);
    await move('suspended');
    expect(texts(await from(0))).toEqual([undefined, 'hello', undefined]);

    // An admin takes one of his messages away: others learn that something happened, and no more.
    await kit.messages.delete(as(ada), { conversationId, seq: 1 });
    await vi.waitFor(() => expect(before.events().at(-1)?.type).toBe('message.deleted'));
    expect(before.events().at(-1)?.data).toBeUndefined();

    await move('active');
    expect(texts(await from(0))).toEqual(['', 'hello', 'buy more']);
  });
}

describe('a suspended author, in memory', () => {
  withholds(async () => ({ database: 'memory' }));
});

describePostgres('a suspended author, on PostgreSQL', (server) => {
  withholds(async () => ({ database: await server.createDatabase(), migrate: true }));
});
