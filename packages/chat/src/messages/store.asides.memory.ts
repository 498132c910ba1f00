import { compareIds, type Id, keyOf, type MemorySession } from '@socialkit/core';
import { conversationRows, eventRows, memberRows } from '../conversations/tables.memory.js';
import type {
  ConversationLogReader,
  DraftReader,
  DraftWriter,
  ScheduledReader,
  ScheduledWriter,
} from './store.js';
import { draftRows, scheduledRows } from './tables.memory.js';
import type { Draft } from './types.js';
import { floorOf } from './unit.js';

/** Changed last first. */
const byTime = (
  a: Pick<Draft, 'updatedAt' | 'conversationId'>,
  b: Pick<Draft, 'updatedAt' | 'conversationId'>,
): number => b.updatedAt - a.updatedAt || compareIds(b.conversationId, a.conversationId);

/** The reference store of drafts. */
export function createMemoryDrafts(session: MemorySession): DraftReader & DraftWriter {
  return {
    of: (userId, conversationIds) =>
      session.run((tables) => {
        const drafts = new Map<Id, Draft>();
        for (const id of conversationIds) {
          const draft = draftRows(tables).get(keyOf(userId, id));
          if (draft) drafts.set(id, draft);
        }
        return drafts;
      }),
    list: (userId, { after, limit }) =>
      session.run((tables) =>
        [...draftRows(tables).rows()]
          .filter((draft) => draft.userId === userId && (after === null || byTime(draft, after) > 0))
          .sort(byTime)
          .slice(0, limit),
      ),
    put: (draft) =>
      session.run((tables) => draftRows(tables).put(keyOf(draft.userId, draft.conversationId), { ...draft })),
    remove: (userId, conversationId) =>
      session.run((tables) => draftRows(tables).remove(keyOf(userId, conversationId))),
  };
}

/** The reference store of scheduled messages. */
export function createMemoryScheduled(session: MemorySession): ScheduledReader & ScheduledWriter {
  return {
    byId: (id) => session.run((tables) => scheduledRows(tables).get(id) ?? null),
    ofAuthor: (authorId, conversationId) =>
      session.run((tables) =>
        [...scheduledRows(tables).rows()]
          .filter((row) => row.authorId === authorId)
          .filter((row) => conversationId === null || row.conversationId === conversationId)
          .sort((a, b) => a.sendAt - b.sendAt || compareIds(a.id, b.id)),
      ),
    insert: (message, limit) =>
      session.run((tables) => {
        const rows = scheduledRows(tables);
        const own = [...rows.rows()].filter(({ authorId }) => authorId === message.authorId);
        if (own.length >= limit) return false;
        rows.put(message.id, { ...message });
        return true;
      }),
    remove: (id) => session.run((tables) => scheduledRows(tables).remove(id)),
    fail: (id, error) =>
      session.run((tables) => {
        const row = scheduledRows(tables).get(id);
        if (row) scheduledRows(tables).put(id, { ...row, state: 'failed', error });
      }),
  };
}

/** The reference {@link ConversationLogReader}. */
export function createMemoryConversationLog(session: MemorySession): ConversationLogReader {
  return {
    readable: (asks) =>
      session.run((tables) =>
        asks.map(({ userId, conversationId }) => {
          const row = conversationRows(tables).get(conversationId);
          const member = memberRows(tables).get(keyOf(conversationId, userId));
          if (!row || row.deletedAt !== null || !member) return null;
          if (member.state !== 'active' && member.state !== 'requested') return null;
          const joined = row.settings.history === 'joined';
          return { afterOffset: joined ? member.joinedOffset : 0, afterSeq: floorOf(row, member) };
        }),
      ),
    heads: (conversationIds) =>
      session.run((tables) => {
        const heads = new Map<Id, number>();
        for (const id of conversationIds) {
          const row = conversationRows(tables).get(id);
          if (row) heads.set(id, row.lastOffset);
        }
        return heads;
      }),
    after: (conversationId, after, limit) =>
      session.run((tables) =>
        [...eventRows(tables).rows()]
          .filter((row) => row.conversationId === conversationId && row.offset > after)
          .sort((a, b) => a.offset - b.offset)
          .slice(0, limit)
          .map(({ conversationId: _, ...event }) => event),
      ),
    listeners: (conversationIds) =>
      session.run((tables) => {
        const members = new Map<Id, Id[]>();
        for (const { conversationId, userId, state } of memberRows(tables).rows())
          if ((state === 'active' || state === 'requested') && conversationIds.includes(conversationId))
            members.set(conversationId, [...(members.get(conversationId) ?? []), userId]);
        for (const ids of members.values()) ids.sort(compareIds);
        return members;
      }),
  };
}
