import { compareIds, type Id, keyOf, type MemorySession, type MemoryTables } from '@socialkit/core';
import { memberRows } from '../conversations/tables.memory.js';
import type { MessageReaction, MessageReader, MessageWriter, OwnMessageState } from './store.js';
import { hiddenRows, mentionRows, messageRows, reactionRows, revisionRows } from './tables.memory.js';
import type { Message, MessageKey } from './types.js';
import { holdsWords, wordsOf } from './words.js';

const rowKey = ({ conversationId, seq }: MessageKey): string => keyOf(conversationId, seq);

const isOf =
  (key: MessageKey) =>
  (row: MessageKey): boolean =>
    row.conversationId === key.conversationId && row.seq === key.seq;

const byPlace = (
  a: Pick<MessageReaction, 'userId' | 'kind'>,
  b: Pick<MessageReaction, 'userId' | 'kind'>,
): number => compareIds(a.userId, b.userId) || (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0);

/** Moves an active member's count of unread mentions, if the message is unread. */
function countMention(tables: MemoryTables, key: MessageKey, userId: Id, delta: 1 | -1): void {
  const rows = memberRows(tables);
  const member = rows.get(keyOf(key.conversationId, userId));
  if (!member || member.lastReadSeq >= key.seq) return;
  const mentionCount = Math.max(0, member.mentionCount + delta);
  rows.put(keyOf(key.conversationId, userId), { ...member, mentionCount });
}

/** Sets who is mentioned in a message; only active members are. */
export function setMentions(tables: MemoryTables, key: MessageKey, userIds: readonly Id[]): void {
  const rows = mentionRows(tables);
  const { conversationId, seq } = key;
  const before = [...rows.rows()].filter(isOf(key));
  for (const { userId } of before) {
    if (userIds.includes(userId)) continue;
    rows.remove(keyOf(conversationId, userId, seq));
    countMention(tables, key, userId, -1);
  }
  for (const userId of userIds) {
    const known = rows.has(keyOf(conversationId, userId, seq));
    if (known || memberRows(tables).get(keyOf(conversationId, userId))?.state !== 'active') continue;
    rows.put(keyOf(conversationId, userId, seq), { conversationId, userId, seq });
    countMention(tables, key, userId, 1);
  }
}

const found = (message: Message, words: readonly string[]): boolean =>
  message.status === 'published' && holdsWords(wordsOf(message.text), words);

/** The reading half of the reference store. */
function createMemoryReader(session: MemorySession): MessageReader {
  const of = (tables: MemoryTables, conversationId: Id): Message[] =>
    [...messageRows(tables).rows()]
      .filter((row) => row.conversationId === conversationId)
      .sort((a, b) => a.seq - b.seq);
  return {
    byKeys: (conversationId, seqs) =>
      session.run((tables) => {
        const known = new Map<number, Message>();
        for (const seq of seqs) {
          const row = messageRows(tables).get(keyOf(conversationId, seq));
          if (row) known.set(seq, row);
        }
        return known;
      }),
    range: (conversationId, { after, before, from, limit, threadRootSeq, notHiddenFor }) =>
      session.run((tables) => {
        const rows = of(tables, conversationId)
          .filter(({ seq }) => seq > after && seq < before)
          .filter(
            (row) =>
              threadRootSeq === undefined || row.seq === threadRootSeq || row.threadRootSeq === threadRootSeq,
          )
          .filter(
            ({ seq }) =>
              notHiddenFor === undefined || !hiddenRows(tables).has(keyOf(conversationId, notHiddenFor, seq)),
          );
        return from === 'start' ? rows.slice(0, limit) : rows.slice(-limit);
      }),
    newest: (userId, stretches) =>
      session.run((tables) =>
        stretches.flatMap(
          ({ conversationId, above, upTo }) =>
            of(tables, conversationId)
              .filter(({ seq }) => seq > above && seq <= upTo)
              .filter(({ seq }) => !hiddenRows(tables).has(keyOf(conversationId, userId, seq)))
              .at(-1) ?? [],
        ),
      ),
    search: (conversationId, { words, after, before, limit }) =>
      session.run((tables) =>
        of(tables, conversationId)
          .filter((row) => row.seq > after && row.seq < before && found(row, words))
          .reverse()
          .slice(0, limit),
      ),
    pinned: (conversationId) =>
      session.run((tables) =>
        of(tables, conversationId)
          .filter(({ pinnedAt }) => pinnedAt !== null)
          .sort((a, b) => (b.pinnedAt ?? 0) - (a.pinnedAt ?? 0) || b.seq - a.seq),
      ),
    revisions: (key, { before, limit }) =>
      session.run((tables) =>
        [...revisionRows(tables).rows()]
          .filter(isOf(key))
          .filter(({ revision }) => before === null || revision < before)
          .sort((a, b) => b.revision - a.revision)
          .slice(0, limit)
          .map(({ revision, text, entities, writtenAt }) => ({ revision, text, entities, writtenAt })),
      ),
    ownState: (userId, conversationId, seqs) =>
      session.run((tables) => {
        const own = new Map<number, OwnMessageState>();
        for (const seq of seqs) {
          const reacted = [...reactionRows(tables).rows()]
            .filter(isOf({ conversationId, seq }))
            .filter((row) => row.userId === userId)
            .map(({ kind }) => kind)
            .sort();
          own.set(seq, { reacted, hidden: hiddenRows(tables).has(keyOf(conversationId, userId, seq)) });
        }
        return own;
      }),
    reactions: (key, { kind, after, limit }) =>
      session.run((tables) =>
        [...reactionRows(tables).rows()]
          .filter(isOf(key))
          .filter((row) => kind === null || row.kind === kind)
          .filter((row) => after === null || byPlace(row, after) > 0)
          .sort(byPlace)
          .slice(0, limit)
          .map((row) => ({ userId: row.userId, kind: row.kind, at: row.at })),
      ),
  };
}

const counted = (
  counts: Message['reactionCounts'],
  kind: string,
  delta: 1 | -1,
): Message['reactionCounts'] => {
  const { [kind]: count = 0, ...rest } = counts;
  return count + delta > 0 ? { ...rest, [kind]: count + delta } : rest;
};

/** The reference store of messages. */
export function createMemoryMessages(session: MemorySession): MessageReader & MessageWriter {
  const change = <T>(
    key: MessageKey,
    missing: T,
    work: (row: Message, tables: MemoryTables) => T,
  ): Promise<T> =>
    session.run((tables) => {
      const row = messageRows(tables).get(rowKey(key));
      return row ? work(row, tables) : missing;
    });
  return {
    ...createMemoryReader(session),
    edit: (key, edit) =>
      change(key, 0, (row, tables) => {
        const { text, entities, revision } = row;
        const writtenAt = row.editedAt ?? row.createdAt;
        revisionRows(tables).put(keyOf(key.conversationId, key.seq, revision), {
          conversationId: key.conversationId,
          seq: key.seq,
          revision,
          text,
          entities,
          writtenAt,
        });
        messageRows(tables).put(rowKey(key), { ...row, ...edit, revision: revision + 1 });
        return revision + 1;
      }),
    move: (key, from, to) =>
      change(key, false, (row, tables) => {
        if (row.status !== from) return false;
        messageRows(tables).put(rowKey(key), { ...row, status: to });
        return true;
      }),
    erase: (key, to, at) =>
      change(key, false, (row, tables) => {
        if (row.status === 'deleted' || row.status === 'expired') return false;
        setMentions(tables, key, []);
        const { conversationId, seq } = key;
        for (const revision of [...revisionRows(tables).rows()].filter(isOf(key)))
          revisionRows(tables).remove(keyOf(conversationId, seq, revision.revision));
        for (const { userId, kind } of [...reactionRows(tables).rows()].filter(isOf(key)))
          reactionRows(tables).remove(keyOf(conversationId, seq, userId, kind));
        messageRows(tables).put(rowKey(key), {
          ...row,
          status: to,
          text: '',
          entities: [],
          attachments: [],
          label: null,
          deletedAt: at,
          pinnedAt: null,
          reactionCounts: {},
        });
        return true;
      }),
    countReply: (root, delta, replySeq) =>
      change(root, undefined, (row, tables) => {
        messageRows(tables).put(rowKey(root), {
          ...row,
          replyCount: row.replyCount + delta,
          lastReplySeq: replySeq === null ? row.lastReplySeq : Math.max(row.lastReplySeq ?? 0, replySeq),
        });
      }),
    setMentions: (key, userIds) => session.run((tables) => setMentions(tables, key, userIds)),
    setPinned: (key, at) =>
      change(key, false, (row, tables) => {
        if ((row.pinnedAt === null) === (at === null)) return false;
        messageRows(tables).put(rowKey(key), { ...row, pinnedAt: at });
        return true;
      }),
    react: (key, userId, kind, at) =>
      change(key, false, (row, tables) => {
        const place = keyOf(key.conversationId, key.seq, userId, kind);
        if (reactionRows(tables).has(place)) return false;
        reactionRows(tables).put(place, { ...key, userId, kind, at });
        const reactionCounts = counted(row.reactionCounts, kind, 1);
        messageRows(tables).put(rowKey(key), { ...row, reactionCounts });
        return true;
      }),
    unreact: (key, userId, kind) =>
      change(key, false, (row, tables) => {
        if (!reactionRows(tables).remove(keyOf(key.conversationId, key.seq, userId, kind))) return false;
        const reactionCounts = counted(row.reactionCounts, kind, -1);
        messageRows(tables).put(rowKey(key), { ...row, reactionCounts });
        return true;
      }),
    hide: ({ conversationId, seq }, userId) =>
      session.run((tables) => {
        const place = keyOf(conversationId, userId, seq);
        if (hiddenRows(tables).has(place)) return false;
        hiddenRows(tables).put(place, { conversationId, seq, userId });
        return true;
      }),
    due: (conversationId, now, limit) =>
      session.run((tables) =>
        [...messageRows(tables).rows()]
          .filter((row) => row.conversationId === conversationId && row.expiresAt !== null)
          .filter((row) => (row.expiresAt ?? 0) <= now)
          .filter(({ status }) => status !== 'deleted' && status !== 'expired')
          .sort((a, b) => (a.expiresAt ?? 0) - (b.expiresAt ?? 0) || a.seq - b.seq)
          .slice(0, limit)
          .map(({ seq }) => ({ conversationId, seq })),
      ),
  };
}
