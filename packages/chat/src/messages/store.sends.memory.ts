import { type FactsReader, type Id, keyOf, type MemorySession, type MemoryTables } from '@socialkit/core';
import {
  type ConversationRow,
  conversationRows,
  eventRows,
  memberRows,
} from '../conversations/tables.memory.js';
import type { MessageSender, NewMessage, Placed, SendFacts, SendRequest } from './store.js';
import { setMentions } from './store.memory.js';
import { messageRows, paceRows } from './tables.memory.js';
import type { Message } from './types.js';

const appendEvent = (
  tables: MemoryTables,
  row: ConversationRow,
  event: { readonly type: string; readonly at: number; readonly by: Id | null; readonly seq: number },
  only: readonly Id[] | null = null,
): ConversationRow => {
  const offset = row.lastOffset + 1;
  eventRows(tables).put(keyOf(row.id, offset), { conversationId: row.id, offset, only, data: {}, ...event });
  return { ...row, lastOffset: offset };
};

function writeOne(tables: MemoryTables, message: NewMessage): Placed {
  const { mentions, paced, ...content } = message;
  const { conversationId, authorId, createdAt, threadRootSeq } = message;
  let row = conversationRows(tables).get(conversationId);
  if (!row) throw new Error('written without the lock of its conversation');
  const seq = row.lastSeq + 1;
  const held = message.status === 'under_review';
  messageRows(tables).put(keyOf(conversationId, seq), {
    ...content,
    seq,
    revision: 1,
    editedAt: null,
    deletedAt: null,
    pinnedAt: null,
    replyCount: 0,
    lastReplySeq: null,
    reactionCounts: {},
  });
  row = { ...row, lastSeq: seq, lastMessageAt: createdAt };
  row = appendEvent(
    tables,
    row,
    { type: 'message.sent', at: createdAt, by: authorId, seq },
    held ? [authorId] : null,
  );
  const offset = row.lastOffset;
  let root: Message | null = null;
  if (threadRootSeq !== null) {
    const before = messageRows(tables).get(keyOf(conversationId, threadRootSeq));
    root = before ?? null;
    if (before && !held) {
      root = { ...before, replyCount: before.replyCount + 1, lastReplySeq: seq };
      messageRows(tables).put(keyOf(conversationId, threadRootSeq), root);
      row = appendEvent(tables, row, { type: 'thread.changed', at: createdAt, by: null, seq: threadRootSeq });
    }
  }
  conversationRows(tables).put(conversationId, row);
  const memberKey = keyOf(conversationId, authorId);
  const member = memberRows(tables).get(memberKey);
  if (member)
    memberRows(tables).put(memberKey, {
      ...member,
      lastReadSeq: seq,
      lastDeliveredSeq: seq,
      mentionCount: 0,
      markedUnread: false,
    });
  setMentions(tables, { conversationId, seq }, mentions);
  if (paced) paceRows(tables).put(memberKey, { sentAt: createdAt });
  return { seq, offset, root };
}

/** The reference {@link MessageSender}: transactions of the memory database are serial, so that nothing is left to lock. */
export function createMemorySends(session: MemorySession, facts: FactsReader): MessageSender {
  const factsOf = async (request: SendRequest): Promise<SendFacts> => {
    const { conversationId, authorId, clientId } = request;
    const stored = await session.run((tables) => {
      const row = conversationRows(tables).get(conversationId);
      const message = (seq: number | null) =>
        (seq === null ? undefined : messageRows(tables).get(keyOf(conversationId, seq))) ?? null;
      const known = [...messageRows(tables).rows()].find(
        (other) =>
          clientId !== null &&
          other.clientId === clientId &&
          other.authorId === authorId &&
          other.conversationId === conversationId,
      );
      const peerId = row?.pair?.find((id) => id !== authorId) ?? null;
      return {
        conversation: row && row.deletedAt === null ? (({ deletedAt: _, ...rest }) => rest)(row) : null,
        member: memberRows(tables).get(keyOf(conversationId, authorId)) ?? null,
        peerId,
        peerMember: peerId === null ? null : (memberRows(tables).get(keyOf(conversationId, peerId)) ?? null),
        known: known ?? null,
        replyTo: message(request.replyToSeq),
        root: message(request.threadRootSeq),
        lastSentAt: paceRows(tables).get(keyOf(conversationId, authorId))?.sentAt ?? null,
      };
    });
    const { peerId, peerMember, ...rest } = stored;
    const relations = await facts.relations(authorId, peerId === null ? [authorId] : [authorId, peerId]);
    const peer = peerId === null ? undefined : relations.get(peerId);
    return {
      ...rest,
      authorState: relations.get(authorId)?.state ?? null,
      peer:
        peerId === null
          ? null
          : {
              userId: peerId,
              memberState: peerMember?.state ?? null,
              accountState: peer?.state ?? null,
              blocked: peer?.blocked ?? false,
            },
    };
  };
  return {
    async lock() {},
    facts: (requests) => Promise.all(requests.map(factsOf)),
    write: (messages) => session.run((tables) => messages.map((message) => writeOne(tables, message))),
  };
}
