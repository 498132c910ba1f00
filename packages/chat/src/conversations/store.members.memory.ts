import {
  compareIds,
  type Id,
  keyOf,
  type MemorySession,
  type MemoryTables,
  newestFirst,
} from '@socialkit/core';
import type {
  ConversationListQuery,
  ConversationPosition,
  MemberPosition,
  MemberReader,
  MemberWriter,
} from './store.js';
import { type ConversationRow, conversationRows, memberRows } from './tables.memory.js';
import { MEMBER_ROLES, type Member, NEW_MEMBER } from './types.js';

const byRole = (a: MemberPosition, b: MemberPosition): number =>
  MEMBER_ROLES.indexOf(a.role) - MEMBER_ROLES.indexOf(b.role) || compareIds(a.userId, b.userId);

const byNews = (a: ConversationPosition, b: ConversationPosition): number =>
  Number(b.pinned) - Number(a.pinned) || b.at - a.at || newestFirst(a.conversationId, b.conversationId);

const isUnread = (row: ConversationRow, member: Member): boolean =>
  member.markedUnread || row.lastSeq > Math.max(member.lastReadSeq, member.clearedSeq);

const isListed = (row: ConversationRow, member: Member, query: ConversationListQuery): boolean => {
  const { box, now } = query;
  if (row.deletedAt !== null) return false;
  if (row.kind === 'direct' && row.lastSeq === 0 && row.createdBy !== member.userId) return false;
  const waiting = member.state === 'requested' || member.state === 'invited';
  if (box === 'requests') {
    if (!waiting) return false;
  } else if (member.state !== 'active' || (member.archivedAt === null) === (box === 'archived')) return false;
  const muted = member.mutedUntil !== null && member.mutedUntil > now;
  return (
    (query.unread === undefined || query.unread === isUnread(row, member)) &&
    (query.muted === undefined || query.muted === muted)
  );
};

/** The reference store of memberships. */
export function createMemoryMembers(session: MemorySession): MemberReader & MemberWriter {
  const where = (tables: MemoryTables, test: (member: Member) => boolean) =>
    [...memberRows(tables).rows()].filter(test);
  const at = (places: readonly { readonly conversationId: Id; readonly userId: Id }[]) =>
    session.run((tables) =>
      places.flatMap(
        ({ conversationId, userId }) => memberRows(tables).get(keyOf(conversationId, userId)) ?? [],
      ),
    );
  const change = (conversationId: Id, userId: Id, changes: Partial<Member>) =>
    session.run((tables) => {
      const key = keyOf(conversationId, userId);
      const member = memberRows(tables).get(key);
      if (!member) return false;
      memberRows(tables).put(key, { ...member, ...changes });
      return true;
    });
  return {
    of: async (conversationId, userIds) => {
      const found = await at(userIds.map((userId) => ({ conversationId, userId })));
      return new Map(found.map((member) => [member.userId, member]));
    },
    at,
    list: (conversationId, { states, after, limit }) =>
      session.run((tables) =>
        where(tables, (row) => row.conversationId === conversationId && states.includes(row.state))
          .sort(byRole)
          .filter((row) => after === null || byRole(row, after) > 0)
          .slice(0, limit),
      ),
    conversations: (userId, query) =>
      session.run((tables) =>
        where(tables, (member) => member.userId === userId)
          .flatMap((member): ConversationPosition[] => {
            const row = conversationRows(tables).get(member.conversationId);
            if (!row || !isListed(row, member, query)) return [];
            const at = row.lastMessageAt ?? row.createdAt;
            return [{ pinned: member.pinnedAt !== null, at, conversationId: row.id }];
          })
          .sort(byNews)
          .filter((position) => query.after === null || byNews(position, query.after) > 0)
          .slice(0, query.limit),
      ),
    shared: (a, b, { before, limit }) =>
      session.run((tables) => {
        const active = (userId: Id) =>
          new Set(
            where(tables, (row) => row.userId === userId && row.state === 'active').map(
              ({ conversationId }) => conversationId,
            ),
          );
        const others = active(b);
        return [...active(a)]
          .filter((id) => others.has(id) && conversationRows(tables).get(id)?.deletedAt === null)
          .filter((id) => before === null || compareIds(id, before) < 0)
          .sort(newestFirst)
          .slice(0, limit);
      }),
    countPinned: (userId) =>
      session.run(
        (tables) =>
          where(tables, (row) => row.userId === userId && row.state === 'active' && row.pinnedAt !== null)
            .length,
      ),
    count: (conversationId, state) =>
      session.run(
        (tables) =>
          where(tables, (row) => row.conversationId === conversationId && row.state === state).length,
      ),
    seniors: (conversationId, limit) =>
      session.run((tables) =>
        where(
          tables,
          (row) => row.conversationId === conversationId && row.state === 'active' && row.role !== 'owner',
        )
          .sort(
            (a, b) =>
              MEMBER_ROLES.indexOf(a.role) - MEMBER_ROLES.indexOf(b.role) ||
              (a.joinedAt ?? 0) - (b.joinedAt ?? 0) ||
              compareIds(a.userId, b.userId),
          )
          .slice(0, limit)
          .map(({ userId }) => userId),
      ),
    move: (conversationId, moves, at) =>
      session.run((tables) => {
        for (const { userId, state, role = 'member', invitedBy, joined } of moves) {
          const key = keyOf(conversationId, userId);
          const before = memberRows(tables).get(key);
          const known = before ?? { ...NEW_MEMBER, conversationId, userId };
          memberRows(tables).put(key, {
            ...known,
            role,
            state,
            since: at,
            invitedBy: invitedBy === undefined ? known.invitedBy : invitedBy,
            ...(joined && {
              joinedAt: at,
              joinedSeq: joined.seq,
              joinedOffset: joined.offset,
              ...(joined.seq > known.lastReadSeq && { mentionCount: 0, markedUnread: false }),
              lastReadSeq: Math.max(known.lastReadSeq, joined.seq),
              lastDeliveredSeq: Math.max(known.lastDeliveredSeq, joined.seq),
            }),
          });
          const row = conversationRows(tables).get(conversationId);
          const change = Number(state === 'active') - Number(before?.state === 'active');
          if (row && change !== 0)
            conversationRows(tables).put(conversationId, { ...row, memberCount: row.memberCount + change });
        }
      }),
    setRole: (conversationId, userId, role) => change(conversationId, userId, { role }),
    prefer: async (conversationId, userId, preferences) => {
      const [member] = await at([{ conversationId, userId }]);
      const { clearedSeq } = preferences;
      return change(conversationId, userId, {
        ...preferences,
        ...(clearedSeq !== undefined && {
          lastReadSeq: Math.max(member?.lastReadSeq ?? 0, clearedSeq),
          lastDeliveredSeq: Math.max(member?.lastDeliveredSeq ?? 0, clearedSeq),
          mentionCount: 0,
          markedUnread: false,
        }),
      });
    },
  };
}
