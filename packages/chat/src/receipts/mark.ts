import {
  type Actor,
  accountOf,
  type Id,
  idSchema,
  type JobHandler,
  notFound,
  parseInput,
} from '@socialkit/core';
import { z } from 'zod';
import { publishAll } from '../conversations/announce.js';
import { MAX_SHOWN_RECEIPTS, type Marks, type MarksView, RECEIPT_PACE_MS, unreadOf } from './types.js';
import { type ReceiptDeps, type ReceiptUnit, sharesRead } from './unit.js';

/** The queue in which receipts wait until others may hear of them. */
export const SHARE_QUEUE = 'receipts.share';

const shareJob = z.strictObject({ conversationId: idSchema, userId: idSchema });

export const viewOf = (marks: Marks): MarksView => ({
  conversationId: marks.conversationId,
  lastReadSeq: marks.lastReadSeq,
  lastDeliveredSeq: marks.lastDeliveredSeq,
  lastSeq: marks.lastSeq,
  unread: unreadOf(marks),
  mentions: marks.mentionCount,
  markedUnread: marks.markedUnread,
  markVersion: marks.markedUnreadVersion,
});

/**
 * Changes the actor's marks. His other devices hear of it by his own stream at once; others, if at all, by a job that keeps the
 * pace: however often one member marks, a conversation's log gets one receipt of it in {@link RECEIPT_PACE_MS}.
 * @throws conversation.not_found unless the actor takes part
 */
async function mark(
  { unitOfWork, runtime, publisher }: ReceiptDeps,
  actor: Actor,
  conversationId: Id,
  change: (stores: ReceiptUnit, before: Marks) => Promise<Marks>,
): Promise<MarksView> {
  const userId = accountOf(actor);
  const { view, events } = await unitOfWork.transact(async (stores) => {
    const before = await stores.receipts.lock(conversationId, userId);
    if (!before) throw notFound('conversation');
    const marks = await change(stores, before);
    const view = viewOf(marks);
    const moved = marks.lastReadSeq > before.lastReadSeq || marks.lastDeliveredSeq > before.lastDeliveredSeq;
    if (moved) {
      const sharedAt = await stores.receipts.sharedAt(conversationId, userId);
      await stores.jobs.enqueue(
        SHARE_QUEUE,
        { conversationId, userId },
        {
          key: `${conversationId}:${userId}`,
          runAt: Math.max(runtime.clock.now(), (sharedAt ?? 0) + RECEIPT_PACE_MS),
        },
      );
    }
    const changed =
      marks.lastReadSeq > before.lastReadSeq ||
      marks.markedUnread !== before.markedUnread ||
      marks.markedUnreadVersion !== before.markedUnreadVersion;
    const said = { userId, type: 'conversation.marked', data: { ...view } };
    return { view, events: changed ? await stores.streams.append([said]) : [] };
  });
  publishAll(publisher, events);
  return view;
}

/**
 * Marks everything up to a message as read; the greatest mark wins. It takes back the mark "unread" only when it names the
 * version it knew of: a mark from before does not.
 * @throws conversation.not_found
 */
export const markRead = (
  deps: ReceiptDeps,
  actor: Actor,
  input: { readonly conversationId: Id; readonly seq: number; readonly markVersion?: number | undefined },
): Promise<MarksView> =>
  mark(deps, actor, input.conversationId, (stores, before) =>
    stores.receipts.advance(input.conversationId, before.userId, {
      read: input.seq,
      delivered: input.seq,
      unmark: input.markVersion === before.markedUnreadVersion,
    }),
  );

/** Marks everything up to a message as delivered. @throws conversation.not_found */
export const markDelivered = (
  deps: ReceiptDeps,
  actor: Actor,
  input: { readonly conversationId: Id; readonly seq: number },
): Promise<MarksView> =>
  mark(deps, actor, input.conversationId, (stores, before) =>
    stores.receipts.advance(input.conversationId, before.userId, {
      read: 0,
      delivered: input.seq,
      unmark: false,
    }),
  );

/** Marks a conversation as unread. @throws conversation.not_found */
export const markUnread = (deps: ReceiptDeps, actor: Actor, conversationId: Id): Promise<MarksView> =>
  mark(deps, actor, conversationId, (stores, before) =>
    stores.receipts.markUnread(conversationId, before.userId),
  );

/**
 * Lets the others of a small conversation know how far a member has come, if he shares it: what he does not share never gets
 * where others read. In a reciprocal setting only those hear of it who share as well.
 */
export const createShareHandler =
  (deps: ReceiptDeps): JobHandler =>
  async ([job]) => {
    const { conversationId, userId } = parseInput(shareJob, job?.payload);
    const { unitOfWork, runtime, publisher, settings } = deps;
    const events = await unitOfWork.transact(async (stores) => {
      const conversation = await stores.conversations.lock(conversationId);
      if (!conversation || conversation.memberCount > MAX_SHOWN_RECEIPTS) return [];
      const marks = await stores.receipts.marks(conversationId, userId);
      if (!marks || !(await sharesRead(stores.receipts, settings, userId))) return [];
      const now = runtime.clock.now();
      const receipt = { userId, readSeq: marks.lastReadSeq, deliveredSeq: marks.lastDeliveredSeq };
      if (!(await stores.receipts.share(conversationId, receipt, now))) return [];
      const only = settings.reciprocal ? await sharers(stores, deps, conversationId) : undefined;
      const advance = await stores.conversations.advance(conversationId, {
        messages: 0,
        at: now,
        events: [{ type: 'receipt.moved', by: userId, data: { ...receipt }, ...(only ? { only } : {}) }],
      });
      return advance?.events ?? [];
    });
    publishAll(publisher, events);
  };

async function sharers(
  stores: ReceiptUnit,
  { settings }: ReceiptDeps,
  conversationId: Id,
): Promise<readonly Id[]> {
  const members = await stores.members.list(conversationId, {
    states: ['active'],
    after: null,
    limit: MAX_SHOWN_RECEIPTS,
  });
  const ids = members.map(({ userId }) => userId);
  const chosen = await stores.receipts.sharing(ids);
  return ids.filter((id) => chosen.get(id) ?? settings.sharedByDefault);
}
