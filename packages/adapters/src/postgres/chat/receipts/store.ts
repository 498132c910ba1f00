import type { Badge, Marks, ReceiptReader, ReceiptWriter } from '@socialkit/chat';
import type { Id } from '@socialkit/core';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database.js';
import * as statements from './statements.js';

const marksOf = (row: statements.MarksRow): Marks => ({
  ...row,
  lastReadSeq: Number(row.lastReadSeq),
  lastDeliveredSeq: Number(row.lastDeliveredSeq),
  lastSeq: Number(row.lastSeq),
  clearedSeq: Number(row.clearedSeq),
});

/** Reads receipts. */
export function createPostgresReceiptReader(db: Kysely<Database>): ReceiptReader {
  return {
    async marks(conversation, user) {
      const row = await statements.marks.first(db, { conversation, user });
      return row ? marksOf(row) : null;
    },
    shared: async (conversation, limit) =>
      (await statements.shared.run(db, { conversation, limit })).map((row) => ({
        userId: row.userId,
        readSeq: Number(row.readSeq),
        deliveredSeq: Number(row.deliveredSeq),
      })),
    async sharedAt(conversation, user) {
      const row = await statements.sharedAt.first(db, { conversation, user });
      return row ? Number(row.at) : null;
    },
    counts: async (conversation, { seq, authorId }, byDefault) =>
      (await statements.counts.first(db, { conversation, seq, author: authorId, byDefault })) ?? {
        read: 0,
        delivered: 0,
      },
    async sharing(users) {
      if (users.length === 0) return new Map();
      const rows = await statements.sharing.run(db, { users });
      return new Map(rows.map(({ userId, shareRead }) => [userId, shareRead] as const));
    },
    async badge(user, now): Promise<Badge> {
      const row = await statements.badge.first(db, { user, now });
      return {
        conversations: row?.conversations ?? 0,
        messages: Number(row?.messages ?? 0),
        mentions: Number(row?.mentions ?? 0),
        requests: row?.requests ?? 0,
      };
    },
    conversations: async (after, limit): Promise<readonly Id[]> =>
      (await statements.walk.run(db, { after: after ?? '0', limit })).map(({ id }) => id),
  };
}

const must = (row: statements.MarksRow | undefined): Marks => {
  if (!row) throw new Error('written without the lock of the marks');
  return marksOf(row);
};

/** Reads and writes receipts inside a transaction. */
export function createPostgresReceipts(tx: Transaction<Database>): ReceiptReader & ReceiptWriter {
  return {
    ...createPostgresReceiptReader(tx),
    async lock(conversation, user) {
      // In a statement of its own: what it waited for is visible to the next one only.
      await statements.lock.run(tx, { conversation, user });
      const row = await statements.marks.first(tx, { conversation, user });
      return row ? marksOf(row) : null;
    },
    advance: async (conversation, user, { read, delivered, unmark }) =>
      must(await statements.advance.first(tx, { conversation, user, read, delivered, unmark })),
    markUnread: async (conversation, user) =>
      must(await statements.markUnread.first(tx, { conversation, user })),
    share: async (conversation, { userId, readSeq, deliveredSeq }, at) =>
      (await statements.share.affected(tx, {
        conversation,
        user: userId,
        read: readSeq,
        delivered: deliveredSeq,
        at,
      })) === 1,
    async setSharing(user, share) {
      await statements.setSharing.run(tx, { user, share });
    },
    async recount(conversation) {
      await statements.lockMembers.run(tx, { conversation });
      let repaired = await statements.recountMentions.affected(tx, { conversation });
      repaired += await statements.recountMessages.affected(tx, { conversation });
      return repaired;
    },
  };
}
