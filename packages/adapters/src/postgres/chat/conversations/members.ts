import { MEMBER_ROLES, type Member, type MemberReader, type MemberWriter } from '@socialkit/chat';
import { MAX_ID_STRING } from '@socialkit/core';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database.js';
import * as statements from './member-statements.js';

const time = (value: string | null): number | null => (value === null ? null : Number(value));

export const memberOf = (row: statements.MemberRow): Member => ({
  conversationId: row.conversationId,
  userId: row.userId,
  role: row.role,
  state: row.state,
  since: Number(row.since),
  invitedBy: row.invitedBy,
  joinedAt: time(row.joinedAt),
  joinedSeq: Number(row.joinedSeq),
  joinedOffset: Number(row.joinedOffset),
  lastReadSeq: Number(row.lastReadSeq),
  lastDeliveredSeq: Number(row.lastDeliveredSeq),
  mentionCount: row.mentionCount,
  markedUnread: row.markedUnread,
  markedUnreadVersion: row.markedUnreadVersion,
  notify: row.notify,
  mutedUntil: time(row.mutedUntil),
  archivedAt: time(row.archivedAt),
  pinnedAt: time(row.pinnedAt),
  clearedSeq: Number(row.clearedSeq),
});

const WAITING = ['requested', 'invited'] as const;
/** Before the first place of a list. */
const TOP = { pinned: true, at: Number.MAX_SAFE_INTEGER, conversationId: MAX_ID_STRING };

/** Reads memberships. */
export function createPostgresMemberReader(db: Kysely<Database>): MemberReader {
  return {
    async of(conversation, userIds) {
      if (userIds.length === 0) return new Map();
      const rows = await statements.ofConversation.run(db, { conversation, users: [...new Set(userIds)] });
      return new Map(rows.map((row) => [row.userId, memberOf(row)]));
    },
    async at(places) {
      if (places.length === 0) return [];
      const rows = await statements.at.run(db, {
        conversations: places.map(({ conversationId }) => conversationId),
        users: places.map(({ userId }) => userId),
      });
      return rows.map(memberOf);
    },
    async list(conversation, { states, after, limit }) {
      const rows = await statements.list.run(db, {
        conversation,
        states,
        afterRank: after === null ? 0 : MEMBER_ROLES.indexOf(after.role) + 1,
        afterUser: after?.userId ?? '0',
        limit,
      });
      return rows.map(memberOf);
    },
    async conversations(user, { box, unread, muted, now, after, limit }) {
      const { pinned, at, conversationId } = after ?? TOP;
      const rows = await statements.conversations.run(db, {
        user,
        states: box === 'requests' ? WAITING : ['active'],
        archived: box === 'requests' ? null : box === 'archived',
        unread: unread ?? null,
        muted: muted ?? null,
        now,
        afterPinned: pinned,
        afterAt: at,
        afterId: conversationId,
        limit,
      });
      return rows.map((row) => ({ ...row, at: Number(row.at) }));
    },
    shared: async (a, b, { before, limit }) =>
      (await statements.shared.run(db, { a, b, before: before ?? MAX_ID_STRING, limit })).map(({ id }) => id),
    countPinned: async (user) => (await statements.countPinned.first(db, { user }))?.count ?? 0,
    count: async (conversation, state) =>
      (await statements.count.first(db, { conversation, state }))?.count ?? 0,
    seniors: async (conversation, limit) =>
      (await statements.seniors.run(db, { conversation, limit })).map(({ userId }) => userId),
  };
}

/** Reads and writes memberships inside a transaction. */
export function createPostgresMembers(tx: Transaction<Database>): MemberReader & MemberWriter {
  return {
    ...createPostgresMemberReader(tx),
    async move(conversation, moves, at) {
      if (moves.length === 0) return;
      const rows = moves.map(({ userId, state, role = 'member', invitedBy, joined }) => ({
        user_id: userId,
        state,
        role,
        invited_by: invitedBy ?? null,
        keep_inviter: invitedBy === undefined,
        seq: joined?.seq ?? null,
        offset: joined?.offset ?? null,
      }));
      await statements.move.run(tx, { conversation, moves: JSON.stringify(rows), at });
    },
    setRole: async (conversation, user, role) =>
      (await statements.setRole.affected(tx, { conversation, user, role })) === 1,
    prefer: async (conversation, user, preferences) => {
      const { notify, mutedUntil, archivedAt, pinnedAt, clearedSeq } = preferences;
      const changed = await statements.prefer.affected(tx, {
        conversation,
        user,
        notify: notify ?? null,
        mutedUntil: mutedUntil ?? null,
        archivedAt: archivedAt ?? null,
        pinnedAt: pinnedAt ?? null,
        clearedSeq: clearedSeq ?? null,
        set: Object.keys(preferences),
      });
      return changed === 1;
    },
  };
}
