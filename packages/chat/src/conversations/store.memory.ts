import { type Id, keyOf, type MemorySession, streamName } from '@socialkit/core';
import type { ConversationReader, ConversationStores, ConversationWriter } from './store.js';
import { createMemoryLinks } from './store.links.memory.js';
import { createMemoryMembers } from './store.members.memory.js';
import { type ConversationRow, conversationRows, eventRows, memberRows } from './tables.memory.js';
import { type Conversation, KNOWING_STATES, pairOf } from './types.js';

const conversationOf = ({ deletedAt: _, ...conversation }: ConversationRow): Conversation => conversation;

const samePair = (row: ConversationRow, a: Id, b: Id): boolean =>
  row.pair !== null && pairOf(a, b).every((id, index) => id === row.pair?.[index]);

/** The reference store of conversations. */
export function createMemoryConversations(session: MemorySession): ConversationReader & ConversationWriter {
  const read = <T>(id: Id, missing: T, work: (row: ConversationRow) => T): Promise<T> =>
    session.run((tables) => {
      const row = conversationRows(tables).get(id);
      return row && row.deletedAt === null ? work(row) : missing;
    });
  return {
    byIds: (ids) =>
      session.run((tables) => {
        const found = new Map<Id, Conversation>();
        for (const id of ids) {
          const row = conversationRows(tables).get(id);
          if (row && row.deletedAt === null) found.set(id, conversationOf(row));
        }
        return found;
      }),
    knownTo: (userId, ids) =>
      session.run((tables) => {
        const found = new Map<Id, Conversation>();
        for (const id of ids) {
          const row = conversationRows(tables).get(id);
          const member = memberRows(tables).get(keyOf(id, userId));
          const knows = member !== undefined && (KNOWING_STATES as readonly string[]).includes(member.state);
          if (row && row.deletedAt === null && knows) found.set(id, conversationOf(row));
        }
        return found;
      }),
    ofPair: (a, b) =>
      session.run((tables) => {
        const row = [...conversationRows(tables).rows()].find((other) => samePair(other, a, b));
        return row ? conversationOf(row) : null;
      }),
    createdSince: (userId, since, limit) =>
      session.run((tables) =>
        [...conversationRows(tables).rows()]
          .filter((row) => row.createdBy === userId && row.createdAt >= since)
          .map(({ createdAt }) => createdAt)
          .sort((a, b) => b - a)
          .slice(0, limit),
      ),
    insert: (conversation) =>
      session.run((tables) => {
        const rows = conversationRows(tables);
        const { pair } = conversation;
        if (pair && [...rows.rows()].some((row) => samePair(row, ...pair))) return false;
        rows.put(conversation.id, { ...conversation, deletedAt: null });
        return true;
      }),
    lock: (id) => read<Conversation | null>(id, null, conversationOf),
    advance: (id, { messages, at, events }) =>
      session.run((tables) => {
        const row = conversationRows(tables).get(id);
        if (!row || row.deletedAt !== null) return null;
        const seq = row.lastSeq + messages;
        conversationRows(tables).put(id, {
          ...row,
          lastSeq: seq,
          lastOffset: row.lastOffset + events.length,
          lastMessageAt: messages > 0 ? Math.max(row.lastMessageAt ?? 0, at) : row.lastMessageAt,
        });
        return {
          seq,
          offset: row.lastOffset + events.length,
          events: events.map((event, index) => {
            const offset = row.lastOffset + index + 1;
            const { type, by, only, data } = event;
            eventRows(tables).put(keyOf(id, offset), {
              conversationId: id,
              offset,
              type,
              at,
              by,
              seq: event.seq === 'next' ? seq : (event.seq ?? null),
              only: only ?? null,
              data: structuredClone(data),
            });
            return {
              stream: streamName('conversation', id),
              offset,
              type,
              at,
              by,
              ...(only ? { only } : {}),
              data,
            };
          }),
        };
      }),
    change: (id, changes) =>
      session.run((tables) => {
        const row = conversationRows(tables).get(id);
        if (!row || row.deletedAt !== null) return null;
        const revision = row.revision + 1;
        conversationRows(tables).put(id, { ...row, ...changes, revision });
        return revision;
      }),
    remove: (id, at) =>
      session.run((tables) => {
        const row = conversationRows(tables).get(id);
        if (!row || row.deletedAt !== null) return false;
        conversationRows(tables).put(id, { ...row, deletedAt: at });
        return true;
      }),
  };
}

/** The reference stores of this slice. */
export const createMemoryConversationStores = (session: MemorySession): ConversationStores => ({
  conversations: createMemoryConversations(session),
  members: createMemoryMembers(session),
  links: createMemoryLinks(session),
});
