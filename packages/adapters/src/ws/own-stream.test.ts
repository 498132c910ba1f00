import { describePostgres } from '@socialkit/test-services/vitest';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SocialKitOptions } from '../kit/options.js';
import { openTestNode } from './test-node.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** What one device does, the account's other devices hear of, and nobody else. */
function tellsOwnDevices(database: () => Promise<SocialKitOptions>): void {
  it('tells the other devices of an account what one of them did, in order and once', async () => {
    const node = await openTestNode({ ...(await database()), worker: true });
    closers.push(() => node.close());
    const { kit } = node;
    const [ada, ben] = [await node.account('ada'), await node.account('ben')];
    const actor = kit.actor(ada);
    const { id: conversationId } = await kit.conversations.createGroup(kit.actor(ben), {
      title: 'Climbers',
      userIds: [ada],
    });
    await kit.conversations.accept(actor, { conversationId });
    await kit.messages.send(kit.actor(ben), { conversationId, text: 'hello' });
    const follow = async (id: string) => {
      const client = await node.client(id);
      closers.push(() => client.ws.terminate());
      await client.ask({ t: 'sub', streams: [{ s: `user:${id}` }] });
      return client;
    };
    const [other, stranger] = [await follow(ada), await follow(ben)];

    await kit.messages.react(actor, { conversationId, seq: 1, kind: 'like' });
    await kit.messages.react(actor, { conversationId, seq: 1, kind: 'like' });
    await kit.messages.unreact(actor, { conversationId, seq: 1, kind: 'like' });
    await kit.receipts.read(actor, { conversationId, seq: 1 });
    await kit.receipts.markUnread(actor, { conversationId });
    const mutedUntil = Date.now() + 60_000;
    await kit.conversations.prefer(actor, { conversationId, mutedUntil });
    await kit.conversations.prefer(actor, { conversationId, pinned: true });
    await kit.conversations.prefer(actor, { conversationId, archived: true });
    await kit.messages.hide(actor, { conversationId, seq: 1 });
    await kit.messages.saveDraft(actor, { conversationId, text: 'so' });
    await kit.graph.block(actor, { userId: ben });
    await kit.idle();

    const told = (client: typeof other) => client.events().map(({ type, data }) => ({ type, ...data }));
    await vi.waitFor(() =>
      expect(told(other)).toMatchObject([
        { type: 'reaction.changed', conversationId, seq: 1, kind: 'like', reacted: true },
        { type: 'reaction.changed', conversationId, seq: 1, kind: 'like', reacted: false },
        { type: 'conversation.marked', conversationId, lastReadSeq: 1, unread: 0, markedUnread: false },
        { type: 'conversation.marked', conversationId, markedUnread: true },
        { type: 'conversation.preferences_changed', conversationId, mutedUntil },
        { type: 'conversation.preferences_changed', pinned: true, archived: false },
        { type: 'conversation.preferences_changed', pinned: false, archived: true },
        { type: 'message.hidden', conversationId, seq: 1 },
        { type: 'draft.changed', conversationId },
        { type: 'relation.changed', userId: ben },
      ]),
    );
    await vi.waitFor(() => expect(told(stranger)).toEqual([{ type: 'relation.changed', userId: ada }]));
  });
}

describe("an account's devices, in memory", () => {
  tellsOwnDevices(async () => ({ database: 'memory' }));
});

describePostgres("an account's devices, on PostgreSQL", (server) => {
  tellsOwnDevices(async () => ({ database: await server.createDatabase(), migrate: true }));
});
