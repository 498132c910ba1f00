import type { MessageView } from '@socialkit/chat';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createRealtimeClient, type RealtimeClient } from '../realtime/realtime-client.js';
import { type ProtocolServer, startProtocolServer } from '../testing/protocol-server.js';
import { until } from '../testing/until.js';
import { createChatClient } from './chat-client.js';

const ID = '7';
const STREAM = `conversation:${ID}`;
let server: ProtocolServer;
let client: RealtimeClient;
let messages: Map<number, MessageView>;

const view = (seq: number, text: string, revision = 1): MessageView => ({
  conversationId: ID,
  seq,
  status: 'published',
  authorId: '1',
  text,
  entities: [],
  attachments: [],
  label: null,
  replyToSeq: null,
  threadRootSeq: null,
  replyCount: 0,
  lastReplySeq: null,
  forwarded: false,
  reactions: {},
  pinnedAt: null,
  revision,
  createdAt: 0,
  editedAt: null,
  expiresAt: null,
});
const write = (text: string) => {
  const seq = messages.size + 1;
  messages.set(seq, view(seq, text));
  server.append(STREAM, 'message.sent', { ...messages.get(seq)! });
  return messages.get(seq)!;
};
const edit = (seq: number, text: string) => {
  messages.set(seq, view(seq, text, messages.get(seq)!.revision + 1));
  server.append(STREAM, 'message.edited', { ...messages.get(seq)! });
};
const history = ({ before = Number.POSITIVE_INFINITY, limit = 50 }: { before?: number; limit?: number }) => {
  const older = [...messages.values()].filter(({ seq }) => seq < before);
  const items = older.slice(-limit);
  const first = items[0]?.seq ?? 1;
  return {
    items: items.map((item) => ({ ...item, viewer: { own: true, reacted: [] } })),
    before: first > 1 ? first : null,
    offset: server.log(STREAM).length,
  };
};

beforeEach(async () => {
  server = await startProtocolServer();
  messages = new Map();
  const known = new Map<unknown, MessageView>();
  server.answer = (op, input) => {
    if (op === 'messages.history') return history(input);
    if (input.text === 'refused') throw Object.assign(new Error('no'), { code: 'message.refused' });
    const message = known.get(input.clientId) ?? write(String(input.text));
    known.set(input.clientId, message);
    return { message, duplicate: false, held: false };
  };
  client = createRealtimeClient({ url: server.url, WebSocket, minMs: 5, maxMs: 20 });
});
afterEach(async () => {
  client.close();
  await server.close();
});

const same = (shown: readonly MessageView[]) => expect(shown).toEqual([...messages.values()]);

describe('an open conversation', () => {
  it('is what a fresh load shows after every event, over cuts', async () => {
    for (const text of ['a', 'b']) write(text);
    const conversation = createChatClient(client).open(ID);
    await conversation.ready();
    same(conversation.messages());
    for (let n = 0; n < 20; n++) {
      if (n % 4 === 0) server.cut();
      if (n % 3 === 0) edit(1 + (n % 2), `edited ${n}`);
      write(`c${n}`);
      await until(() => conversation.state?.offset === server.log(STREAM).length, 'all events');
      same(conversation.messages());
    }
  });

  it('loads older messages, and what happens to them meanwhile', async () => {
    for (let n = 1; n <= 30; n++) write(`${n}`);
    const conversation = createChatClient(client).open(ID, { page: 10 });
    await conversation.ready();
    expect(conversation.messages().map(({ seq }) => seq)).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
    const answer = server.answer;
    server.answer = (op, input, peer) => {
      const page = answer(op, input, peer);
      // Comes behind the page was read and before it arrives.
      edit(15, 'meanwhile');
      return page;
    };
    expect(await conversation.older()).toBe(true);
    server.answer = answer;
    await until(() => conversation.state?.offset === server.log(STREAM).length, 'all events');
    expect(conversation.messages()).toEqual([...messages.values()].slice(10));
    expect(await conversation.older()).toBe(true);
    expect(await conversation.older()).toBe(false);
    same(conversation.messages());
  });

  it('shows an own message at once, and once when the server has it', async () => {
    let shown: string[][] = [];
    const conversation = createChatClient(client).open(ID, {
      onChange: () =>
        shown.push([
          ...conversation.messages().map(({ text }) => text),
          ...conversation.pending().map(({ draft }) => `(${draft.text})`),
        ]),
    });
    await conversation.ready();
    shown = [];
    const sent = await conversation.send({ text: 'hello' });
    expect(sent.message.seq).toBe(1);
    await until(() => conversation.pending().length === 0, 'the end of the wait');
    expect(shown[0]).toEqual(['(hello)']);
    expect(shown.at(-1)).toEqual(['hello']);
    expect(shown.filter((texts) => texts.length !== 1)).toEqual([]);
  });

  it('keeps a message that was refused until it is discarded', async () => {
    const conversation = createChatClient(client).open(ID);
    await conversation.ready();
    await expect(conversation.send({ text: 'refused' })).rejects.toMatchObject({ code: 'message.refused' });
    expect(conversation.pending()).toMatchObject([{ error: { code: 'message.refused' } }]);
    conversation.discard(conversation.pending()[0]!.clientId);
    expect(conversation.pending()).toEqual([]);
  });

  it('reads again, over all pages it holds, what a block changed, whatever happens meanwhile', async () => {
    for (let n = 1; n <= 30; n++) write(`${n}`);
    const conversation = createChatClient(client).open(ID, { page: 10 });
    await conversation.ready();
    while (await conversation.older());
    same(conversation.messages());
    const reads: (number | undefined)[] = [];
    const answer = server.answer;
    server.answer = (op, input, peer) => {
      reads.push(input.before as number | undefined);
      const page = answer(op, input, peer);
      // Comes behind each page was read and before it arrives.
      edit(3 + reads.length, `meanwhile ${reads.length}`);
      write(`new ${reads.length}`);
      return page;
    };
    for (const seq of [2, 15, 28]) messages.set(seq, { ...view(seq, ''), status: 'hidden', authorId: null });
    await until(() => server.log('user:1').length === 0 && client.position('user:1') !== null, 'own stream');
    server.append('user:1', 'relation.changed', { userId: '9' });
    await until(() => reads.length >= 3, 'the pages');
    server.answer = answer;
    await until(
      () =>
        conversation.state?.offset === server.log(STREAM).length &&
        conversation.messages().some(({ status }) => status === 'hidden'),
      'what is new',
    );
    same(conversation.messages());
    expect(conversation.state?.fromSeq).toBe(1);
  });

  it('knows own reactions from the account, and forgets what was deleted on another device', async () => {
    for (const text of ['a', 'b', 'c']) write(text);
    const conversation = createChatClient(client).open(ID);
    await conversation.ready();
    await until(() => client.position('user:1') !== null, 'own stream');
    const own = (type: string, data: object) =>
      server.append('user:1', type, { conversationId: ID, ...data });
    own('reaction.changed', { seq: 2, kind: 'like', reacted: true });
    own('reaction.changed', { seq: 2, kind: 'wow', reacted: true });
    own('reaction.changed', { seq: 2, kind: 'like', reacted: false });
    own('message.hidden', { seq: 1 });
    server.append('user:1', 'message.hidden', { conversationId: '8', seq: 3 });
    await until(() => conversation.messages().length === 2, 'the deletion');
    expect(conversation.reacted(2)).toEqual(['wow']);
    expect(conversation.messages().map(({ text }) => text)).toEqual(['b', 'c']);
  });
});
