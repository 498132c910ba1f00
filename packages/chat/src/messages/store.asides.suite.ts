import type { Id } from '@socialkit/core';
import type { OpenBackend } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { insertGroup } from '../conversations/suite-samples.js';
import type { ChatSuiteBackend, ChatSuiteHandle } from '../suite-backend.js';
import { newMessage, people, write } from './suite-samples.js';
import type { Draft, ScheduledMessage } from './types.js';

const RACERS = 20;

/** The contracts of drafts, of scheduled messages and of the log of conversations. */
export function messageAsidesSuite(backend: ChatSuiteBackend): void {
  describe(`beside the messages: ${backend.name}`, () => {
    let open: OpenBackend<ChatSuiteHandle>;
    let ann: Id;
    let bob: Id;
    let id: Id;
    beforeEach(async () => {
      open = await backend.open();
      [ann, bob] = (await people(open, 2)) as [Id, Id];
      id = (await insertGroup(open, [ann, bob])).id;
    });
    afterEach(() => open.close());

    describe('drafts', () => {
      const draft = (conversationId: Id, text: string, updatedAt: number, userId = ann) => ({
        conversationId,
        userId,
        text,
        replyToSeq: null,
        updatedAt,
      });
      const put = (one: Draft) => open.a.unitOfWork.transact(({ drafts }) => drafts.put(one));

      it('are one an account and conversation, and its own', async () => {
        const text = '𝒳 👩‍👩‍👧 "quoted" \\ \n';
        await put(draft(id, 'first', 1));
        await put({ ...draft(id, text, 2), replyToSeq: 7 });
        const { drafts } = open.b.readers;
        expect(await drafts.of(ann, [id, open.ids.next()])).toEqual(
          new Map([[id, { ...draft(id, text, 2), replyToSeq: 7 }]]),
        );
        expect(await drafts.of(bob, [id])).toEqual(new Map());
        expect(await drafts.of(ann, [])).toEqual(new Map());
        const remove = () => open.a.unitOfWork.transact((stores) => stores.drafts.remove(ann, id));
        expect([await remove(), await remove()]).toEqual([true, false]);
      });

      it('are listed changed last first, over pages, also where two changed at once', async () => {
        const ids = [open.ids.next(), open.ids.next(), open.ids.next()];
        for (const [n, one] of ids.entries()) await put(draft(one, `${n}`, n === 0 ? 5 : 9));
        await put(draft(id, 'of another', 99, bob));
        const { drafts } = open.b.readers;
        const all = await drafts.list(ann, { after: null, limit: 10 });
        expect(all.map(({ updatedAt }) => updatedAt)).toEqual([9, 9, 5]);
        const pages: Id[] = [];
        for (let after: (typeof all)[number] | null = null; pages.length < 4; ) {
          const [next]: typeof all = await drafts.list(ann, { after, limit: 1 });
          if (!next) break;
          pages.push(next.conversationId);
          after = next;
        }
        expect(pages).toEqual(all.map(({ conversationId }) => conversationId));
      });
    });

    describe('scheduled messages', () => {
      const scheduled = (overrides: Partial<ScheduledMessage> = {}): ScheduledMessage => ({
        id: open.ids.next(),
        conversationId: id,
        authorId: ann,
        text: 'later',
        formatting: [],
        attachments: [{ ref: 'media/1', type: 'image', alt: 'a pot' }],
        replyToSeq: null,
        threadRootSeq: null,
        ttlSeconds: 60,
        sendAt: open.clock.now() + 1000,
        createdAt: open.clock.now(),
        state: 'waiting',
        error: null,
        ...overrides,
      });
      const insert = (one: ScheduledMessage, limit = 10, on = open.a) =>
        on.unitOfWork.transact((stores) => stores.scheduled.insert(one, limit));

      it('come back in full, next first, of one author', async () => {
        const later = scheduled({ sendAt: open.clock.now() + 5000 });
        const sooner = scheduled();
        const elsewhere = scheduled({ conversationId: open.ids.next(), sendAt: open.clock.now() + 9000 });
        for (const one of [later, sooner, elsewhere, scheduled({ authorId: bob })])
          expect(await insert(one)).toBe(true);
        const { scheduled: reader } = open.b.readers;
        expect(await reader.byId(later.id)).toEqual(later);
        expect(await reader.byId(open.ids.next())).toBeNull();
        expect(await reader.ofAuthor(ann, null)).toEqual([sooner, later, elsewhere]);
        expect(await reader.ofAuthor(ann, id)).toEqual([sooner, later]);
      });

      it('fail with the reason, and go once', async () => {
        const one = scheduled();
        await insert(one);
        await open.a.unitOfWork.transact((stores) => stores.scheduled.fail(one.id, 'message.too_late'));
        expect(await open.b.readers.scheduled.byId(one.id)).toMatchObject({
          state: 'failed',
          error: 'message.too_late',
        });
        const remove = () => open.a.unitOfWork.transact((stores) => stores.scheduled.remove(one.id));
        expect([await remove(), await remove()]).toEqual([true, false]);
      });

      it('are refused above the limit of their author, with nothing written', async () => {
        expect([await insert(scheduled(), 2), await insert(scheduled(), 2)]).toEqual([true, true]);
        expect(await insert(scheduled(), 2)).toBe(false);
        expect(await insert(scheduled({ authorId: bob }), 2)).toBe(true);
        expect(await open.b.readers.scheduled.ofAuthor(ann, null)).toHaveLength(2);
      });

      it.skipIf(!backend.concurrent)(`keep the limit when ${RACERS} come at once`, async () => {
        const taken = await Promise.all(
          Array.from({ length: RACERS }, (_, n) => insert(scheduled(), 3, n % 2 ? open.a : open.b)),
        );
        expect(taken.filter((was) => was)).toHaveLength(3);
        expect(await open.b.readers.scheduled.ofAuthor(ann, null)).toHaveLength(3);
      });
    });

    describe('the log', () => {
      it('gives events behind a position, in order, and the heads of conversations that exist', async () => {
        const other = (await insertGroup(open, [ann])).id;
        await write(
          open.a,
          Array.from({ length: 5 }, () => newMessage(open, id, ann)),
        );
        const { conversationLog } = open.b.readers;
        const offsets = async (after: number, limit: number) =>
          (await conversationLog.after(id, after, limit)).map(({ offset }) => offset);
        expect(await offsets(0, 10)).toEqual([1, 2, 3, 4, 5]);
        expect(await offsets(2, 2)).toEqual([3, 4]);
        expect(await offsets(5, 10)).toEqual([]);
        expect(await conversationLog.heads([id, other, open.ids.next()])).toEqual(
          new Map([
            [id, 5],
            [other, 0],
          ]),
        );
        expect(await conversationLog.heads([])).toEqual(new Map());
      });

      it('is for members, from where they joined where history begins with that, and for nobody else', async () => {
        const joined = await insertGroup(open, [ann], {
          settings: { ...(await settingsOf()), history: 'joined' },
        });
        await write(open.a, [newMessage(open, joined.id, ann), newMessage(open, joined.id, ann)]);
        await move(joined.id, bob, 'active', 2);
        const asks = [
          { userId: ann, conversationId: id },
          { userId: bob, conversationId: joined.id },
          { userId: open.ids.next(), conversationId: id },
          { userId: ann, conversationId: open.ids.next() },
        ];
        const { conversationLog } = open.b.readers;
        expect(await conversationLog.readable(asks)).toEqual([
          { afterOffset: 0, afterSeq: 0 },
          { afterOffset: 2, afterSeq: 2 },
          null,
          null,
        ]);
        await move(id, bob, 'left');
        expect(await conversationLog.readable([{ userId: bob, conversationId: id }])).toEqual([null]);
        expect(await conversationLog.readable([])).toEqual([]);
        const listeners = await conversationLog.listeners([id, joined.id]);
        expect([...(listeners.get(id) ?? [])]).toEqual([ann]);
        expect([...(listeners.get(joined.id) ?? [])].sort()).toEqual([ann, bob].sort());
      });

      const settingsOf = async () => {
        const conversation = (await open.a.readers.conversations.byIds([id])).get(id);
        if (!conversation) throw new Error('gone');
        return conversation.settings;
      };
      const move = (conversationId: Id, userId: Id, state: 'active' | 'left', seq?: number) =>
        open.a.unitOfWork.transact(async ({ conversations, members }) => {
          await conversations.lock(conversationId);
          const joined = seq === undefined ? {} : { joined: { seq, offset: seq } };
          await members.move(conversationId, [{ userId, state, ...joined }], open.clock.now());
        });
    });
  });
}
