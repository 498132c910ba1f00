import { createChatClient, type OpenConversation } from '@socialkit/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openServed, type Served } from './served.js';

const soon = { timeout: 10_000, interval: 10 };

describe('the chat client on a real server', () => {
  let served: Served;
  let made = 0;
  beforeAll(async () => {
    served = await openServed();
  });
  afterAll(() => served.close());

  /** Two people in one group, each with a client; `ada` owns it. */
  const pair = async () => {
    const { kit } = served;
    const [ada, ben] = [await served.account(`ada${++made}`), await served.account(`ben${made}`)];
    const { id } = await kit.conversations.createGroup(kit.actor(ada), { title: 'Two', userIds: [ben] });
    await kit.conversations.accept(kit.actor(ben), { conversationId: id });
    const enter = async (account: string) => {
      const client = served.client(account);
      const chat = createChatClient(client);
      const conversation = chat.open(id);
      await conversation.ready();
      return { client, chat, conversation };
    };
    return { kit, ada, ben, id, a: await enter(ada), b: await enter(ben), enter };
  };
  const texts = (conversation: OpenConversation) =>
    conversation.messages().map(({ status, text }) => (status === 'published' ? text : status));

  it('hides what a block hides and shows it again, without a reload, also to who comes back later', async () => {
    const { kit, ada, ben, a, b, id } = await pair();
    await a.conversation.send({ text: 'from ada' });
    await b.conversation.send({ text: 'from ben' });
    const third = await served.account(`cyd${made}`);
    await kit.conversations.invite(kit.actor(ada), { conversationId: id, userIds: [third] });
    for (const { conversation } of [a, b])
      await vi.waitFor(() => expect(texts(conversation)).toEqual(['from ada', 'from ben']), soon);
    await kit.graph.block(kit.actor(ada), { userId: ben });
    await vi.waitFor(() => expect(texts(a.conversation)).toEqual(['from ada', 'hidden']), soon);
    await vi.waitFor(() => expect(texts(b.conversation)).toEqual(['hidden', 'from ben']), soon);
    const fresh = await a.chat.call('messages.history', { conversationId: id });
    expect(fresh.items.map(({ status }) => status)).toEqual(['published', 'hidden']);
    b.client.reconnect();
    await kit.graph.unblock(kit.actor(ada), { userId: ben });
    for (const { conversation } of [a, b])
      await vi.waitFor(() => expect(texts(conversation)).toEqual(['from ada', 'from ben']), soon);
    await b.conversation.send({ text: 'again' });
    for (const { conversation } of [a, b])
      await vi.waitFor(() => expect(texts(conversation)).toEqual(['from ada', 'from ben', 'again']), soon);
  });

  it('knows own reactions and deletions of the other device', async () => {
    const { kit, ada, a, enter, id } = await pair();
    const phone = await enter(ada);
    await a.conversation.send({ text: 'one' });
    await a.conversation.send({ text: 'two' });
    await kit.messages.react(kit.actor(ada), { conversationId: id, seq: 1, kind: 'like' });
    for (const { conversation } of [a, phone])
      await vi.waitFor(() => expect(conversation.reacted(1)).toEqual(['like']), soon);
    const late = await enter(ada);
    expect(late.conversation.reacted(1)).toEqual(['like']);
    await phone.chat.call('messages.unreact', { conversationId: id, seq: 1, kind: 'like' });
    await vi.waitFor(() => expect(a.conversation.reacted(1)).toEqual([]), soon);
    await phone.chat.call('messages.hide', { conversationId: id, seq: 2 });
    for (const { conversation } of [a, phone])
      await vi.waitFor(() => expect(texts(conversation)).toEqual(['one']), soon);
    await phone.chat.call('conversations.clear', { conversationId: id });
    for (const { conversation } of [a, phone])
      await vi.waitFor(() => expect(texts(conversation)).toEqual([]), soon);
  });

  it('shows who types, and no longer when the message comes', async () => {
    const { a, b, ben } = await pair();
    b.conversation.typing.typed();
    b.conversation.typing.typed();
    await vi.waitFor(() => expect(a.conversation.typing.users).toEqual([ben]), soon);
    expect(b.conversation.typing.users).toEqual([]);
    await b.conversation.send({ text: 'there' });
    await vi.waitFor(() => expect(a.conversation.typing.users).toEqual([]), soon);
  });

  it('watches presence over a reconnect of its own', async () => {
    const { kit, a, b, ada, ben } = await pair();
    for (const [actor, userId] of [
      [ada, ben],
      [ben, ada],
    ] as const)
      await kit.graph.follow(kit.actor(actor), { userId });
    const watch = a.chat.presence([ben]);
    await vi.waitFor(() => expect(watch.states.get(ben)?.state).toBe('online'), soon);
    a.client.reconnect();
    await b.chat.call('presence.choose', { state: 'dnd' });
    await vi.waitFor(() => expect(watch.states.get(ben)?.state).toBe('dnd'), soon);
    await b.chat.call('presence.choose', { state: 'invisible' });
    await vi.waitFor(() => expect(watch.states.get(ben)?.state).toBe('offline'), soon);
    watch.close();
  });

  it('keeps the list of conversations, and follows the own stream once for all of it', async () => {
    const { kit, a, ada, id } = await pair();
    const list = await a.chat.list();
    const heard: string[] = [];
    const stop = a.chat.onOwnEvent(({ type }) => heard.push(type));
    await list.ready();
    expect(list.items.map((item) => item.id)).toEqual([id]);
    await kit.conversations.createGroup(kit.actor(ada), { title: 'Another' });
    await vi.waitFor(() => expect(list.items).toHaveLength(2), soon);
    await kit.conversations.prefer(kit.actor(ada), { conversationId: id, pinned: true });
    await vi.waitFor(() => expect(list.items[0]?.id).toBe(id), soon);
    expect(heard).toContain('conversation.preferences_changed');
    stop();
    list.close();
  });
});
