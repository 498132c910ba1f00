import { createHooks, type Id, noTracer, type StreamEvent, silentLogger } from '@socialkit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMessageWorld, type MessageWorld, type Person } from '../messages/sample-world.js';
import type { ChatSuiteBackend } from '../suite-backend.js';
import { createReceipts } from './receipts-service.js';
import type { ReceiptOptions } from './types.js';

/** What receipts do, through their service, on any storage. */
export function receiptServiceSuite(backend: ChatSuiteBackend): void {
  describe(`receipts: ${backend.name}`, () => {
    let open: Awaited<ReturnType<ChatSuiteBackend['open']>>;
    let world: MessageWorld;
    let ann: Person;
    let bob: Person;
    let conversationId: Id;
    let published: StreamEvent[];
    beforeEach(async () => {
      open = await backend.open();
      world = createMessageWorld(open);
      [ann, bob] = [await world.person('ann'), await world.person('bob')];
      conversationId = await world.group([ann, bob]);
      published = [];
    });
    afterEach(() => open.close());

    const create = (options: ReceiptOptions = {}) => {
      const { a, clock, ids } = open;
      const receipts = createReceipts(
        {
          unitOfWork: a.unitOfWork,
          readers: a.readers,
          runtime: { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() },
          publisher: {
            publish: (events) => void published.push(...events),
            hint() {},
            accessChanged() {},
          },
        },
        options,
      );
      const share = async () => {
        const jobs = await a.jobs.claim('receipts.share', 100, 60_000);
        const handler = receipts.workers.find(({ queue }) => queue === 'receipts.share');
        for (const job of jobs)
          await handler?.handle([job], { signal: new AbortController().signal, fail: () => {} });
        await a.jobs.acknowledge(jobs);
      };
      return { ...receipts.service, share };
    };
    const say = (person: Person, text: string) => world.messages.send(person.actor, { conversationId, text });
    const receiptsIn = () =>
      published.filter(({ type }) => type === 'receipt.moved').map(({ data }) => data.readSeq);

    it('moves marks forward only, never past the newest message, and counts what is behind them', async () => {
      const receipts = create();
      for (const text of ['one @bob', 'two', 'three @bob']) await say(ann, text);
      const read = (seq: number) => receipts.read(bob.actor, { conversationId, seq });
      expect(await receipts.marks(bob.actor, { conversationId })).toMatchObject({ unread: 3, mentions: 2 });
      expect(await read(2)).toMatchObject({ unread: 1, mentions: 1, lastReadSeq: 2, lastDeliveredSeq: 2 });
      expect(await read(1)).toMatchObject({ lastReadSeq: 2 });
      expect(await receipts.delivered(bob.actor, { conversationId, seq: 3 })).toMatchObject({
        lastReadSeq: 2,
        lastDeliveredSeq: 3,
      });
      expect(await read(1_000_000)).toMatchObject({ lastReadSeq: 3, unread: 0, mentions: 0 });
      const stranger = await world.person();
      await expect(receipts.read(stranger.actor, { conversationId, seq: 1 })).rejects.toMatchObject({
        code: 'conversation.not_found',
      });
    });

    it('keeps the mark "unread" until somebody who knows of it takes it back', async () => {
      const receipts = create();
      for (const text of ['one', 'two']) await say(ann, text);
      const early = await receipts.read(bob.actor, { conversationId, seq: 1 });
      const marked = await receipts.markUnread(bob.actor, { conversationId });
      expect(marked).toMatchObject({ markedUnread: true, markVersion: early.markVersion + 1 });
      const late = { conversationId, seq: 2, markVersion: early.markVersion };
      expect(await receipts.read(bob.actor, late)).toMatchObject({ markedUnread: true, lastReadSeq: 2 });
      expect(await receipts.badge(bob.actor, {})).toMatchObject({ conversations: 1, messages: 0 });
      const knowing = { conversationId, seq: 2, markVersion: marked.markVersion };
      expect(await receipts.read(bob.actor, knowing)).toMatchObject({ markedUnread: false });
      expect(await receipts.badge(bob.actor, {})).toMatchObject({ conversations: 0 });
    });

    it('tells others at most once in two seconds, and the last mark always', async () => {
      const receipts = create();
      for (let n = 0; n < 5; n++) await say(ann, `${n}`);
      for (let seq = 1; seq <= 3; seq++) {
        await receipts.read(bob.actor, { conversationId, seq });
        await receipts.share();
      }
      expect(receiptsIn()).toEqual([1]);
      world.clock.advance(2000);
      await receipts.share();
      expect(receiptsIn()).toEqual([1, 3]);
      expect((await receipts.list(ann.actor, { conversationId })).items).toEqual([
        { userId: bob.id, readSeq: 3, deliveredSeq: 3 },
      ]);
      expect(await receipts.count(ann.actor, { conversationId, seq: 3 })).toEqual({ read: 1, delivered: 1 });
      expect(await receipts.count(ann.actor, { conversationId, seq: 4 })).toEqual({ read: 0, delivered: 0 });
    });

    it('never lets others know what is read in private, and keeps it from who keeps his own', async () => {
      const receipts = create({ reciprocal: true });
      await say(ann, 'one');
      await receipts.updateSettings(bob.actor, { shareRead: false });
      await receipts.read(bob.actor, { conversationId, seq: 1 });
      await receipts.share();
      expect(receiptsIn()).toEqual([]);
      expect((await receipts.list(ann.actor, { conversationId })).items).toEqual([]);
      expect(await receipts.count(ann.actor, { conversationId, seq: 1 })).toEqual({ read: 0, delivered: 0 });
      await say(bob, 'two');
      await receipts.read(ann.actor, { conversationId, seq: 2 });
      await receipts.share();
      expect((await receipts.list(bob.actor, { conversationId })).items).toEqual([]);
      const moved = published.find(({ type }) => type === 'receipt.moved');
      expect(moved?.only).toEqual([ann.id]);
    });

    it('finds and repairs counters that are wrong', async () => {
      const receipts = create();
      await say(ann, '@bob');
      await world.messages.react(bob.actor, { conversationId, seq: 1, kind: 'like' });
      const staff = await world.moderator();
      const grant = { ...staff.actor, permissions: new Set(['counter.reconcile']) } as typeof staff.actor;
      expect(await receipts.reconcile(grant, { conversationId })).toEqual({ repaired: 0 });
      await world.unitOfWork.transact(async (stores) => {
        await stores.messages.countReply({ conversationId, seq: 1 }, 1, 1);
      });
      expect(await receipts.reconcile(grant, { conversationId })).toEqual({ repaired: 1 });
      expect(await receipts.reconcile(grant, { conversationId })).toEqual({ repaired: 0 });
    });
  });
}
