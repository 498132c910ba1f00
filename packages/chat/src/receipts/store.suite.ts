import type { Id } from '@socialkit/core';
import type { OpenBackend } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { insertGroup } from '../conversations/suite-samples.js';
import { newMessage, people, write } from '../messages/suite-samples.js';
import type { ChatSuiteBackend, ChatSuiteHandle } from '../suite-backend.js';
import type { ReceiptStores } from './store.js';

const RACERS = 20;

/** The contract of {@link ReceiptReader} and {@link ReceiptWriter}. */
export function receiptStoresSuite(backend: ChatSuiteBackend): void {
  describe(`receipts as they are stored: ${backend.name}`, () => {
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

    const say = (count: number, mentions: readonly Id[] = []) =>
      write(
        open.a,
        Array.from({ length: count }, () => newMessage(open, id, ann, { mentions })),
      );
    const writing = <T>(work: (receipts: ReceiptStores['receipts']) => Promise<T>, on = open.a) =>
      on.unitOfWork.transact(({ receipts }) => work(receipts));
    const advance = (userId: Id, read: number, delivered = read, unmark = false, on = open.a) =>
      writing(async (receipts) => {
        await receipts.lock(id, userId);
        return receipts.advance(id, userId, { read, delivered, unmark });
      }, on);

    it('know nothing of who is no member', async () => {
      const { receipts } = open.a.readers;
      expect(await receipts.marks(id, cid)).toBeNull();
      expect(await receipts.marks(open.ids.next(), ann)).toBeNull();
      expect(await writing((stores) => stores.lock(id, cid))).toBeNull();
      expect(await receipts.shared(id, 10)).toEqual([]);
      expect(await receipts.sharedAt(id, ann)).toBeNull();
      expect(await receipts.sharing([ann, bob])).toEqual(new Map());
      expect(await receipts.sharing([])).toEqual(new Map());
      expect(await receipts.badge(cid, open.clock.now())).toEqual({
        conversations: 0,
        messages: 0,
        mentions: 0,
        requests: 0,
      });
    });

    it('move forward only, not past the newest message, and what is read is delivered', async () => {
      await say(5);
      const marks = (read: number, delivered: number) => ({
        conversationId: id,
        userId: bob,
        lastReadSeq: read,
        lastDeliveredSeq: delivered,
        lastSeq: 5,
      });
      expect(await advance(bob, 0, 2)).toMatchObject(marks(0, 2));
      expect(await advance(bob, 3)).toMatchObject(marks(3, 3));
      expect(await advance(bob, 1)).toMatchObject(marks(3, 3));
      expect(await advance(bob, 99)).toMatchObject(marks(5, 5));
      expect(await open.b.readers.receipts.marks(id, bob)).toMatchObject(marks(5, 5));
    });

    it('count mentions behind the read mark anew', async () => {
      await say(2, [bob]);
      await say(1);
      await say(1, [bob]);
      expect(await open.b.readers.receipts.marks(id, bob)).toMatchObject({ mentionCount: 3 });
      expect(await advance(bob, 1)).toMatchObject({ mentionCount: 2 });
      expect(await advance(bob, 3)).toMatchObject({ mentionCount: 1 });
      expect(await advance(bob, 4)).toMatchObject({ mentionCount: 0 });
    });

    it('keep "unread" until it is taken back, and give each mark a version of its own', async () => {
      await say(1);
      await advance(bob, 1);
      const marked = await writing(async (receipts) => {
        await receipts.lock(id, bob);
        return receipts.markUnread(id, bob);
      });
      expect(marked).toMatchObject({ markedUnread: true, lastReadSeq: 1 });
      expect(await advance(bob, 1)).toMatchObject({ markedUnread: true });
      expect(await advance(bob, 1, 1, true)).toMatchObject({ markedUnread: false });
      const again = await writing(async (receipts) => {
        await receipts.lock(id, bob);
        return receipts.markUnread(id, bob);
      });
      expect(again.markedUnreadVersion).toBeGreaterThan(marked.markedUnreadVersion);
    });

    it('let others know what never moves back, and when', async () => {
      await say(3);
      const share = (readSeq: number, deliveredSeq: number, at: number) =>
        writing((receipts) => receipts.share(id, { userId: bob, readSeq, deliveredSeq }, at));
      expect(await share(1, 2, 100)).toBe(true);
      expect(await share(1, 2, 200)).toBe(false);
      expect(await share(0, 3, 300)).toBe(true);
      const { receipts } = open.b.readers;
      expect(await receipts.shared(id, 10)).toEqual([{ userId: bob, readSeq: 1, deliveredSeq: 3 }]);
      expect(await receipts.sharedAt(id, bob)).toBe(300);
      await writing((stores) => stores.share(id, { userId: ann, readSeq: 3, deliveredSeq: 3 }, 1));
      expect((await receipts.shared(id, 10)).map(({ userId }) => userId)).toEqual([ann, bob]);
      expect(await receipts.shared(id, 1)).toHaveLength(1);
    });

    it('count who shares, without the author and without who joined later', async () => {
      await say(2);
      await open.a.unitOfWork.transact(async ({ conversations, members }) => {
        await conversations.lock(id);
        await members.move(
          id,
          [{ userId: cid, state: 'active', joined: { seq: 2, offset: 2 } }],
          open.clock.now(),
        );
      });
      await advance(bob, 1, 2);
      await writing((receipts) => receipts.share(id, { userId: bob, readSeq: 1, deliveredSeq: 2 }, 1));
      const count = (seq: number, byDefault = true) =>
        open.b.readers.receipts.counts(id, { seq, authorId: ann }, byDefault);
      expect([await count(1), await count(2)]).toEqual([
        { read: 1, delivered: 1 },
        { read: 0, delivered: 1 },
      ]);
      expect(await count(1, false)).toEqual({ read: 0, delivered: 0 });
      await writing((receipts) => receipts.setSharing(bob, true));
      expect(await count(1, false)).toEqual({ read: 1, delivered: 1 });
      await writing((receipts) => receipts.setSharing(bob, false));
      expect(await count(1)).toEqual({ read: 0, delivered: 0 });
      expect(await open.b.readers.receipts.sharing([ann, bob])).toEqual(new Map([[bob, false]]));
    });

    it('sum up what waits, without what is muted or archived', async () => {
      const now = open.clock.now();
      await say(3, [bob]);
      const badge = () => open.b.readers.receipts.badge(bob, now);
      expect(await badge()).toEqual({ conversations: 1, messages: 3, mentions: 3, requests: 0 });
      await advance(bob, 2);
      expect(await badge()).toEqual({ conversations: 1, messages: 1, mentions: 1, requests: 0 });
      const prefer = (change: { mutedUntil?: number | null; archivedAt?: number | null }) =>
        open.a.unitOfWork.transact(({ members }) => members.prefer(id, bob, change));
      await prefer({ mutedUntil: now + 1 });
      expect(await badge()).toEqual({ conversations: 0, messages: 0, mentions: 1, requests: 0 });
      await prefer({ mutedUntil: now });
      expect(await badge()).toMatchObject({ conversations: 1, messages: 1 });
      await prefer({ archivedAt: now });
      expect(await badge()).toMatchObject({ conversations: 0, messages: 0 });
    });

    it('find nothing to repair where all was counted, and list conversations in order', async () => {
      await say(2, [bob]);
      const other = (await insertGroup(open, [ann])).id;
      expect(
        await open.a.unitOfWork.transact(async ({ conversations, receipts }) => {
          await conversations.lock(id);
          return receipts.recount(id);
        }),
      ).toBe(0);
      const { receipts } = open.b.readers;
      expect(await receipts.conversations(null, 10)).toEqual([id, other]);
      expect(await receipts.conversations(null, 1)).toEqual([id]);
      expect(await receipts.conversations(id, 10)).toEqual([other]);
    });

    it('leave nothing of a transaction that failed', async () => {
      await say(2);
      const failing = writing(async (receipts) => {
        await receipts.lock(id, bob);
        await receipts.advance(id, bob, { read: 2, delivered: 2, unmark: false });
        await receipts.setSharing(bob, false);
        throw new Error('rolled back');
      });
      await expect(failing).rejects.toThrow('rolled back');
      expect(await open.b.readers.receipts.marks(id, bob)).toMatchObject({ lastReadSeq: 0 });
      expect(await open.b.readers.receipts.sharing([bob])).toEqual(new Map());
    });

    it.skipIf(!backend.concurrent)(
      `end at the greatest mark of ${RACERS} at once, with no mention lost or left`,
      async () => {
        await say(RACERS, [bob]);
        const marks = Array.from({ length: RACERS }, (_, n) => ((n * 7) % RACERS) + 1);
        await Promise.all([
          ...marks.map((seq, n) => advance(bob, seq, seq, false, n % 2 ? open.a : open.b)),
          say(5, [bob]),
        ]);
        const { lastReadSeq, mentionCount, lastSeq } = (await open.b.readers.receipts.marks(id, bob)) ?? {};
        expect({ lastReadSeq, mentionCount, lastSeq }).toEqual({
          lastReadSeq: RACERS,
          mentionCount: 5,
          lastSeq: RACERS + 5,
        });
      },
    );
  });
}
