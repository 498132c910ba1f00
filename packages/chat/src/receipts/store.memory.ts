import { compareIds, type Id, keyOf, type MemorySession, type MemoryTables } from '@socialkit/core';
import { conversationRows, memberRows } from '../conversations/tables.memory.js';
import type { Member } from '../conversations/types.js';
import { mentionRows, messageRows, reactionRows } from '../messages/tables.memory.js';
import type { ReceiptReader, ReceiptWriter } from './store.js';
import type { Marks, SharedReceipt } from './types.js';

interface SharedRow extends SharedReceipt {
  readonly conversationId: Id;
  readonly sharedAt: number;
}

const sharedRows = (tables: MemoryTables) => tables.table<SharedRow>('shared_receipts');
const settingRows = (tables: MemoryTables) =>
  tables.table<{ readonly shareRead: boolean }>('receipt_settings');

const activeIn = (tables: MemoryTables, conversationId: Id): Member[] =>
  [...memberRows(tables).rows()].filter(
    (member) => member.conversationId === conversationId && member.state === 'active',
  );

function marksOf(tables: MemoryTables, conversationId: Id, userId: Id): Marks | null {
  const row = conversationRows(tables).get(conversationId);
  const member = memberRows(tables).get(keyOf(conversationId, userId));
  if (!row || row.deletedAt !== null || member?.state !== 'active') return null;
  const { lastReadSeq, lastDeliveredSeq, mentionCount, markedUnread, markedUnreadVersion, clearedSeq } =
    member;
  return {
    conversationId,
    userId,
    lastReadSeq,
    lastDeliveredSeq,
    mentionCount,
    markedUnread,
    markedUnreadVersion,
    lastSeq: row.lastSeq,
    clearedSeq,
  };
}

const mentionsBehind = (tables: MemoryTables, { conversationId, userId }: Member, seq: number): number =>
  [...mentionRows(tables).rows()].filter(
    (row) => row.conversationId === conversationId && row.userId === userId && row.seq > seq,
  ).length;

/** Changes an active member and gives its marks. */
function change(
  tables: MemoryTables,
  conversationId: Id,
  userId: Id,
  changes: (member: Member, lastSeq: number) => Partial<Member>,
): Marks {
  const key = keyOf(conversationId, userId);
  const member = memberRows(tables).get(key);
  const row = conversationRows(tables).get(conversationId);
  if (!member || !row) throw new Error('written without the lock of the marks');
  memberRows(tables).put(key, { ...member, ...changes(member, row.lastSeq) });
  const marks = marksOf(tables, conversationId, userId);
  if (!marks) throw new Error('written without the lock of the marks');
  return marks;
}

/** The reference store of receipts. */
export function createMemoryReceipts(session: MemorySession): ReceiptReader & ReceiptWriter {
  const shares = (tables: MemoryTables, userId: Id, byDefault: boolean) =>
    settingRows(tables).get(userId)?.shareRead ?? byDefault;
  return {
    marks: (conversationId, userId) => session.run((tables) => marksOf(tables, conversationId, userId)),
    shared: (conversationId, limit) =>
      session.run((tables) =>
        activeIn(tables, conversationId)
          .flatMap(({ userId }) => sharedRows(tables).get(keyOf(conversationId, userId)) ?? [])
          .sort((a, b) => compareIds(a.userId, b.userId))
          .slice(0, limit)
          .map(({ userId, readSeq, deliveredSeq }) => ({ userId, readSeq, deliveredSeq })),
      ),
    sharedAt: (conversationId, userId) =>
      session.run((tables) => sharedRows(tables).get(keyOf(conversationId, userId))?.sharedAt ?? null),
    counts: (conversationId, { seq, authorId }, byDefault) =>
      session.run((tables) => {
        const counted = activeIn(tables, conversationId).filter(
          ({ userId, joinedSeq }) =>
            userId !== authorId && joinedSeq < seq && shares(tables, userId, byDefault),
        );
        return {
          read: counted.filter(({ lastReadSeq }) => lastReadSeq >= seq).length,
          delivered: counted.filter(({ lastDeliveredSeq }) => lastDeliveredSeq >= seq).length,
        };
      }),
    sharing: (userIds) =>
      session.run((tables) => {
        const chosen = new Map<Id, boolean>();
        for (const id of userIds) {
          const row = settingRows(tables).get(id);
          if (row) chosen.set(id, row.shareRead);
        }
        return chosen;
      }),
    badge: (userId, now) =>
      session.run((tables) => {
        const badge = { conversations: 0, messages: 0, mentions: 0, requests: 0 };
        for (const member of memberRows(tables).rows()) {
          if (member.userId !== userId) continue;
          const row = conversationRows(tables).get(member.conversationId);
          if (!row || row.deletedAt !== null) continue;
          const waiting = member.state === 'invited' || (member.state === 'requested' && row.lastSeq > 0);
          if (waiting) badge.requests++;
          if (member.state !== 'active') continue;
          badge.mentions += member.mentionCount;
          if (member.archivedAt !== null || (member.mutedUntil !== null && member.mutedUntil > now)) continue;
          const unread = Math.max(0, row.lastSeq - Math.max(member.lastReadSeq, member.clearedSeq));
          badge.messages += unread;
          if (unread > 0 || member.markedUnread) badge.conversations++;
        }
        return badge;
      }),
    conversations: (after, limit) =>
      session.run((tables) =>
        [...conversationRows(tables).rows()]
          .map(({ id }) => id)
          .filter((id) => after === null || compareIds(id, after) > 0)
          .sort(compareIds)
          .slice(0, limit),
      ),
    lock: (conversationId, userId) => session.run((tables) => marksOf(tables, conversationId, userId)),
    advance: (conversationId, userId, { read, delivered, unmark }) =>
      session.run((tables) =>
        change(tables, conversationId, userId, (member, lastSeq) => {
          const lastReadSeq = Math.max(member.lastReadSeq, Math.min(read, lastSeq));
          return {
            lastReadSeq,
            lastDeliveredSeq: Math.max(member.lastDeliveredSeq, lastReadSeq, Math.min(delivered, lastSeq)),
            mentionCount: mentionsBehind(tables, member, lastReadSeq),
            markedUnread: member.markedUnread && !unmark,
          };
        }),
      ),
    markUnread: (conversationId, userId) =>
      session.run((tables) =>
        change(tables, conversationId, userId, ({ markedUnreadVersion }) => ({
          markedUnread: true,
          markedUnreadVersion: markedUnreadVersion + 1,
        })),
      ),
    share: (conversationId, { userId, readSeq, deliveredSeq }, at) =>
      session.run((tables) => {
        const key = keyOf(conversationId, userId);
        const before = sharedRows(tables).get(key);
        if (before && before.readSeq >= readSeq && before.deliveredSeq >= deliveredSeq) return false;
        sharedRows(tables).put(key, {
          conversationId,
          userId,
          readSeq: Math.max(before?.readSeq ?? 0, readSeq),
          deliveredSeq: Math.max(before?.deliveredSeq ?? 0, deliveredSeq),
          sharedAt: at,
        });
        return true;
      }),
    setSharing: (userId, shareRead) =>
      session.run((tables) => settingRows(tables).put(userId, { shareRead })),
    recount: (conversationId) =>
      session.run((tables) => {
        let repaired = 0;
        for (const member of activeIn(tables, conversationId)) {
          const mentionCount = mentionsBehind(tables, member, member.lastReadSeq);
          if (mentionCount === member.mentionCount) continue;
          memberRows(tables).put(keyOf(conversationId, member.userId), { ...member, mentionCount });
          repaired++;
        }
        const messages = [...messageRows(tables).rows()].filter(
          (row) => row.conversationId === conversationId,
        );
        for (const message of messages) {
          const replyCount = messages.filter(
            ({ threadRootSeq, status }) => threadRootSeq === message.seq && status === 'published',
          ).length;
          const counts: Record<string, number> = {};
          for (const { seq, kind, conversationId: of } of reactionRows(tables).rows())
            if (of === conversationId && seq === message.seq) counts[kind] = (counts[kind] ?? 0) + 1;
          const kinds = new Set([...Object.keys(counts), ...Object.keys(message.reactionCounts)]);
          const same = [...kinds].every((kind) => counts[kind] === message.reactionCounts[kind]);
          if (same && replyCount === message.replyCount) continue;
          repaired++;
          messageRows(tables).put(keyOf(conversationId, message.seq), {
            ...message,
            replyCount,
            reactionCounts: counts,
          });
        }
        return repaired;
      }),
  };
}
