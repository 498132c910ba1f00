import type { Id } from '@socialkit/core';
import type { OpenBackend } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { insertGroup, sampleConversation } from '../conversations/suite-samples.js';
import type { ChatSuiteBackend, ChatSuiteHandle } from '../suite-backend.js';
import type { MessageRange, MessageStores, NewMessage } from './store.js';
import { newMessage, people, write } from './suite-samples.js';
import { wordsOf } from './words.js';

const RACERS = 20;
const ODD = 'Ålesund 👩‍👩‍👧 \u202btest\u202c "quoted" \\ \n it\'s';
const EVERYTHING: MessageRange = { after: 0, before: Number.MAX_SAFE_INTEGER, from: 'start', limit: 1000 };

/** The contract of {@link MessageSender}, {@link MessageReader} and {@link MessageWriter}. */
export function messageStoresSuite(backend: ChatSuiteBackend): void {
  describe(`messages as they are stored: ${backend.name}`, () => {
    let open: OpenBackend<ChatSuiteHandle>;
    let ann: Id;
    let bob: Id;
    let cid: Id;
    let id: Id;
    beforeEach(async () => {
      open = await backend.open();
      [ann, bob, cid] = (await people(open, 3)) as [Id, Id, Id];
      id = (await insertGroup(open, [ann, bob])).id;
    });
    afterEach(() => open.close());

    const by = (author: Id, overrides: Partial<NewMessage> = {}) => newMessage(open, id, author, overrides);
    const send = (...messages: NewMessage[]) => write(open.a, messages);
    const read = async (seq: number) => (await open.b.readers.messages.byKeys(id, [seq])).get(seq);
    const range = async (wanted: Partial<MessageRange> = {}) =>
      (await open.b.readers.messages.range(id, { ...EVERYTHING, ...wanted })).map(({ seq }) => seq);
    const member = async (userId: Id) => (await open.b.readers.members.of(id, [userId])).get(userId);
    const writing = <T>(work: (messages: MessageStores['messages']) => Promise<T>) =>
      open.a.unitOfWork.transact(async ({ sends, messages }) => {
        await sends.lock([id], []);
        return work(messages);
      });

    it('knows nothing of what is not there', async () => {
      const { messages } = open.a.readers;
      expect(await messages.byKeys(id, [1, 2])).toEqual(new Map());
      expect(await messages.byKeys(id, [])).toEqual(new Map());
      expect(await range()).toEqual([]);
      expect(await messages.newest(ann, [])).toEqual([]);
      expect(await messages.pinned(id)).toEqual([]);
      expect(await messages.revisions({ conversationId: id, seq: 1 }, { before: null, limit: 5 })).toEqual(
        [],
      );
      expect(await messages.ownState(ann, id, [7])).toEqual(new Map([[7, { reacted: [], hidden: false }]]));
      expect(await write(open.a, [])).toEqual([]);
      const key = { conversationId: id, seq: 1 };
      expect(
        await writing(async (stores) => [
          await stores.move(key, 'published', 'flagged'),
          await stores.erase(key, 'deleted', 1),
          await stores.setPinned(key, 1),
          await stores.unreact(key, ann, 'like'),
          await stores.due(id, open.clock.now(), 5),
        ]),
      ).toEqual([false, false, false, false, []]);
    });

    it('gives back what was written, in full, under the next numbers of its conversation', async () => {
      const other = (await insertGroup(open, [ann])).id;
      const odd = by(ann, {
        clientId: 'phone 1',
        fingerprint: 'f',
        text: ODD,
        entities: [{ type: 'bold', start: 0, end: 3 }],
        attachments: [{ ref: 'media/1', type: 'image', alt: null }],
        label: 'odd',
        forwarded: true,
        expiresAt: open.clock.now() + 60_000,
      });
      const placed = await send(odd, newMessage(open, other, ann), by(bob, { status: 'under_review' }));
      expect(placed).toEqual([
        { seq: 1, offset: 1, root: null },
        { seq: 1, offset: 1, root: null },
        { seq: 2, offset: 2, root: null },
      ]);
      const { mentions: _m, paced: _p, ...content } = odd;
      expect(await read(1)).toEqual({
        ...content,
        seq: 1,
        revision: 1,
        editedAt: null,
        deletedAt: null,
        pinnedAt: null,
        replyCount: 0,
        lastReplySeq: null,
        reactionCounts: {},
      });
      const [conversation] = [...(await open.b.readers.conversations.byIds([id])).values()];
      expect(conversation).toMatchObject({ lastSeq: 2, lastOffset: 2, lastMessageAt: open.clock.now() });
      expect(await open.b.readers.conversationLog.after(id, 0, 10)).toMatchObject([
        { offset: 1, type: 'message.sent', by: ann, only: null, seq: 1 },
        { offset: 2, type: 'message.sent', by: bob, only: [bob], seq: 2 },
      ]);
    });

    it('advances the read mark of who writes, and counts mentions of members alone, unread', async () => {
      await send(by(ann, { mentions: [bob, cid] }), by(ann, { mentions: [bob] }));
      expect(await member(ann)).toMatchObject({ lastReadSeq: 2, lastDeliveredSeq: 2, mentionCount: 0 });
      expect(await member(bob)).toMatchObject({ lastReadSeq: 0, mentionCount: 2 });
      expect(await member(cid)).toBeUndefined();
      await send(by(bob, { mentions: [ann] }));
      expect(await member(bob)).toMatchObject({ lastReadSeq: 3, mentionCount: 0 });
      expect(await member(ann)).toMatchObject({ mentionCount: 1 });
      await writing((stores) => stores.setMentions({ conversationId: id, seq: 3 }, []));
      expect(await member(ann)).toMatchObject({ mentionCount: 0 });
    });

    it('counts the replies of a thread, and not those that are held', async () => {
      await send(by(ann));
      const [reply] = await send(by(bob, { threadRootSeq: 1 }));
      expect(reply).toMatchObject({ seq: 2, offset: 2, root: { seq: 1, replyCount: 1, lastReplySeq: 2 } });
      await send(by(bob, { threadRootSeq: 1, status: 'under_review' }), by(ann, { threadRootSeq: 1 }));
      expect(await read(1)).toMatchObject({ replyCount: 2, lastReplySeq: 4 });
      await writing((stores) => stores.countReply({ conversationId: id, seq: 1 }, -1, null));
      expect(await read(1)).toMatchObject({ replyCount: 1, lastReplySeq: 4 });
      expect(await range({ threadRootSeq: 1 })).toEqual([1, 2, 3, 4]);
    });

    it('says what decides about a send: the member, the message of that name, what it refers to, the pace', async () => {
      await open.a.unitOfWork.transact(({ conversations }) =>
        conversations.change(id, { settings: { ...sampleConversation(open).settings, slowModeSeconds: 30 } }),
      );
      await send(by(ann, { clientId: 'one', paced: true }));
      const ask = { conversationId: id, authorId: ann, clientId: 'one', replyToSeq: 1, threadRootSeq: 9 };
      const facts = await open.a.unitOfWork.transact(({ sends }) =>
        sends.facts([ask, { ...ask, authorId: cid }, { ...ask, conversationId: open.ids.next() }]),
      );
      expect(facts).toMatchObject([
        {
          conversation: { id },
          member: { userId: ann, role: 'owner' },
          authorState: 'active',
          peer: null,
          known: { seq: 1 },
          replyTo: { seq: 1 },
          root: null,
          lastSentAt: open.clock.now(),
        },
        { conversation: { id }, member: null, authorState: 'active', known: null, lastSentAt: null },
        { conversation: null, member: null, known: null, replyTo: null },
      ]);
      const direct = sampleConversation(open, { pair: [ann, bob] });
      await open.a.unitOfWork.transact(async ({ conversations, blocks }) => {
        await conversations.insert(direct);
        await blocks.insert(bob, ann, open.ids.next());
      });
      const [between] = await open.a.unitOfWork.transact(({ sends }) =>
        sends.facts([{ ...ask, conversationId: direct.id, replyToSeq: null, threadRootSeq: null }]),
      );
      expect(between?.peer).toEqual({
        userId: bob,
        memberState: null,
        accountState: 'active',
        blocked: true,
      });
    });

    it('reads stretches from either end, in order, without what an account deleted for itself', async () => {
      await send(...Array.from({ length: 10 }, (_, n) => by(n % 2 ? ann : bob)));
      expect(await range({ limit: 3 })).toEqual([1, 2, 3]);
      expect(await range({ from: 'end', limit: 3 })).toEqual([8, 9, 10]);
      expect(await range({ after: 3, before: 7 })).toEqual([4, 5, 6]);
      expect(await range({ after: 3, before: 9, from: 'end', limit: 2 })).toEqual([7, 8]);
      const key = { conversationId: id, seq: 10 };
      expect(await writing((stores) => stores.hide(key, ann))).toBe(true);
      expect(await writing((stores) => stores.hide(key, ann))).toBe(false);
      expect(await range({ from: 'end', limit: 2, notHiddenFor: ann })).toEqual([8, 9]);
      expect(await range({ from: 'end', limit: 2, notHiddenFor: bob })).toEqual([9, 10]);
      const newest = async (userId: Id, above: number, upTo: number) =>
        (await open.b.readers.messages.newest(userId, [{ conversationId: id, above, upTo }])).map(
          ({ seq }) => seq,
        );
      expect(await newest(ann, 0, 10)).toEqual([9]);
      expect(await newest(bob, 0, 10)).toEqual([10]);
      expect(await newest(bob, 0, 4)).toEqual([4]);
      expect(await newest(ann, 9, 10)).toEqual([]);
    });

    it('finds by words, the last one as a beginning, and takes whatever is asked for words', async () => {
      const texts = ['Tea at five', 'Ålesund tea', 'teapot', "it's' & | ! <-> tea:*", 'coffee'];
      await send(...texts.map((text) => by(ann, { text })), by(ann, { text: 'tea', status: 'under_review' }));
      const found = async (query: string, more: { after?: number; before?: number; limit?: number } = {}) =>
        (
          await open.b.readers.messages.search(id, {
            words: wordsOf(query),
            after: 0,
            before: Number.MAX_SAFE_INTEGER,
            limit: 10,
            ...more,
          })
        ).map(({ seq }) => seq);
      expect(await found('te')).toEqual([4, 3, 2, 1]);
      expect(await found('tea five')).toEqual([1]);
      expect(await found('ålesund TEA')).toEqual([2]);
      expect(await found('tea', { limit: 2 })).toEqual([4, 3]);
      expect(await found('tea', { before: 3, after: 1 })).toEqual([2]);
      expect(await found('milk')).toEqual([]);
    });

    it('edits and keeps each version before', async () => {
      await send(by(ann, { text: 'one' }));
      const key = { conversationId: id, seq: 1 };
      for (const [n, text] of ['two', ODD].entries()) {
        const editedAt = open.clock.now() + n + 1;
        const revision = await writing((stores) =>
          stores.edit(key, { text, entities: [], label: null, editedAt }),
        );
        expect(revision).toBe(n + 2);
      }
      expect(await read(1)).toMatchObject({ text: ODD, revision: 3, editedAt: open.clock.now() + 2 });
      const revisions = async (before: number | null, limit = 10) =>
        (await open.b.readers.messages.revisions(key, { before, limit })).map(({ text }) => text);
      expect(await revisions(null)).toEqual(['two', 'one']);
      expect(await revisions(null, 1)).toEqual(['two']);
      expect(await revisions(2)).toEqual(['one']);
    });

    it('moves a message only from where it is, and erases all of it but its place', async () => {
      await send(by(ann, { mentions: [bob], attachments: [{ ref: 'a', type: 'file', alt: 'b' }] }));
      const key = { conversationId: id, seq: 1 };
      await writing(async (stores) => {
        await stores.edit(key, { text: 'two', entities: [], label: 'odd', editedAt: 5 });
        expect(await stores.move(key, 'under_review', 'published')).toBe(false);
        expect(await stores.move(key, 'published', 'flagged')).toBe(true);
        expect(await stores.react(key, bob, 'like', 5)).toBe(true);
        expect(await stores.setPinned(key, 5)).toBe(true);
        expect(await stores.erase(key, 'deleted', 9)).toBe(true);
        expect(await stores.erase(key, 'expired', 9)).toBe(false);
      });
      expect(await read(1)).toMatchObject({
        seq: 1,
        authorId: ann,
        status: 'deleted',
        text: '',
        entities: [],
        attachments: [],
        label: null,
        pinnedAt: null,
        deletedAt: 9,
        reactionCounts: {},
      });
      expect(await member(bob)).toMatchObject({ mentionCount: 0 });
      const { messages } = open.b.readers;
      expect(await messages.revisions(key, { before: null, limit: 5 })).toEqual([]);
      expect(await messages.reactions(key, { kind: null, after: null, limit: 5 })).toEqual([]);
      expect(await messages.pinned(id)).toEqual([]);
    });

    it('counts each reaction once, and lists them in order over pages', async () => {
      await send(by(ann));
      const key = { conversationId: id, seq: 1 };
      const given = await writing(async (stores) => [
        await stores.react(key, bob, 'like', 5),
        await stores.react(key, bob, 'like', 6),
        await stores.react(key, bob, 'wow', 7),
        await stores.react(key, ann, 'like', 8),
        await stores.react(key, cid, 'love', 9),
        await stores.unreact(key, cid, 'love'),
        await stores.unreact(key, cid, 'love'),
      ]);
      expect(given).toEqual([true, false, true, true, true, true, false]);
      expect(await read(1)).toMatchObject({ reactionCounts: { like: 2, wow: 1 } });
      const { messages } = open.b.readers;
      const all = await messages.reactions(key, { kind: null, after: null, limit: 10 });
      expect(all).toEqual([
        { userId: ann, kind: 'like', at: 8 },
        { userId: bob, kind: 'like', at: 5 },
        { userId: bob, kind: 'wow', at: 7 },
      ]);
      const after = all[0] ?? null;
      expect(await messages.reactions(key, { kind: null, after, limit: 1 })).toEqual([all[1]]);
      expect(await messages.reactions(key, { kind: 'wow', after, limit: 5 })).toEqual([all[2]]);
      const own = await messages.ownState(bob, id, [1]);
      expect([...(own.get(1)?.reacted ?? [])].sort()).toEqual(['like', 'wow']);
    });

    it('pins once, the last one first, and finds what is due', async () => {
      const now = open.clock.now();
      await send(by(ann, { expiresAt: now + 10 }), by(ann, { expiresAt: now + 5 }), by(ann));
      const key = (seq: number) => ({ conversationId: id, seq });
      const pinned = await writing(async (stores) => [
        await stores.setPinned(key(1), now),
        await stores.setPinned(key(3), now + 1),
        await stores.setPinned(key(3), now + 2),
        await stores.setPinned(key(2), null),
      ]);
      expect(pinned).toEqual([true, true, false, false]);
      expect((await open.b.readers.messages.pinned(id)).map(({ seq }) => seq)).toEqual([3, 1]);
      const due = (at: number, limit = 10) =>
        writing(async (stores) => (await stores.due(id, at, limit)).map(({ seq }) => seq));
      expect(await due(now)).toEqual([]);
      expect(await due(now + 5)).toEqual([2]);
      expect(await due(now + 10, 1)).toEqual([2]);
      await writing((stores) => stores.erase(key(2), 'expired', now + 10));
      expect(await due(now + 10)).toEqual([1]);
    });

    it('leaves no hole behind a transaction that failed', async () => {
      await send(by(ann));
      const failing = write(open.a, [by(ann, { mentions: [bob], clientId: 'c' })], async () => {
        throw new Error('rolled back');
      });
      await expect(failing).rejects.toThrow('rolled back');
      expect(await send(by(bob, { clientId: 'c' }))).toMatchObject([{ seq: 2, offset: 2 }]);
      expect(await range()).toEqual([1, 2]);
      expect(await member(bob)).toMatchObject({ mentionCount: 0 });
    });

    it.skipIf(!backend.concurrent)(
      `numbers what ${RACERS} write at once densely, also into two conversations in any order`,
      async () => {
        const other = (await insertGroup(open, [ann, bob])).id;
        await Promise.all(
          Array.from({ length: RACERS }, (_, n) => {
            const both = [id, other].map((to) =>
              newMessage(open, to, n % 2 ? ann : bob, { clientId: `${n}` }),
            );
            return write(n % 2 ? open.a : open.b, n % 3 ? both : both.reverse());
          }),
        );
        const dense = Array.from({ length: RACERS }, (_, n) => n + 1);
        expect(await range()).toEqual(dense);
        for (const one of [id, other]) {
          const log = await open.b.readers.conversationLog.after(one, 0, 100);
          expect(log.map(({ offset, seq }) => [offset, seq])).toEqual(dense.map((n) => [n, n]));
        }
      },
    );
  });
}
