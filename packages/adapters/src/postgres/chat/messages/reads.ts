import type { MessageReader, OwnMessageState } from '@socialkit/chat';
import type { Id, TextEntity } from '@socialkit/core';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../database.js';
import { defineStatement } from '../../statement.js';
import { MESSAGE_FIELDS, type MessageRow, messageOf } from './rows.js';

const byKeys = defineStatement({
  name: 'messages.by_keys',
  params: { conversation: 'bigint', seqs: 'bigint[]' },
  build: (_, { conversation, seqs }) => sql<MessageRow>`
    SELECT ${MESSAGE_FIELDS} FROM messages AS m
    WHERE m.conversation_id = ${conversation} AND m.seq = ANY(${seqs})`,
  sample: ({ newest }) => ({ conversation: newest, seqs: [1, 2] }),
});

const RANGE = {
  conversation: 'bigint',
  after: 'bigint',
  before: 'bigint',
  hiddenFor: 'bigint?',
  limit: 'integer',
} as const;

const range = (order: 'ASC' | 'DESC') =>
  defineStatement({
    name: `messages.range_${order === 'ASC' ? 'up' : 'down'}`,
    params: RANGE,
    build: (_, { conversation, after, before, hiddenFor, limit }) => sql<MessageRow>`
      SELECT ${MESSAGE_FIELDS} FROM messages AS m
      WHERE m.conversation_id = ${conversation} AND m.seq > ${after} AND m.seq < ${before}
        AND NOT EXISTS (SELECT FROM message_hidden AS h WHERE h.conversation_id = ${conversation}
          AND h.user_id = ${hiddenFor} AND h.seq = m.seq)
      ORDER BY m.seq ${sql.raw(order)} LIMIT ${limit}`,
    sample: ({ newest }) => ({ conversation: newest, after: 0, before: 100, hiddenFor: '1', limit: 51 }),
  });
const RANGES = { start: range('ASC'), end: range('DESC') };

const thread = (order: 'ASC' | 'DESC') =>
  defineStatement({
    name: `messages.thread_${order === 'ASC' ? 'up' : 'down'}`,
    params: { ...RANGE, root: 'bigint' },
    build: (_, { conversation, after, before, hiddenFor, limit, root }) => sql<MessageRow>`
      SELECT ${MESSAGE_FIELDS} FROM messages AS m
      WHERE m.conversation_id = ${conversation} AND m.seq > ${after} AND m.seq < ${before}
        AND (m.seq = ${root} OR m.thread_root_seq = ${root})
        AND NOT EXISTS (SELECT FROM message_hidden AS h WHERE h.conversation_id = ${conversation}
          AND h.user_id = ${hiddenFor} AND h.seq = m.seq)
      ORDER BY m.seq ${sql.raw(order)} LIMIT ${limit}`,
    sample: ({ newest }) => ({
      conversation: newest,
      after: 0,
      before: 100,
      hiddenFor: '1',
      limit: 51,
      root: 1,
    }),
  });
const THREADS = { start: thread('ASC'), end: thread('DESC') };

const newest = defineStatement({
  name: 'messages.newest',
  params: { user: 'bigint', conversations: 'bigint[]', above: 'bigint[]', upTo: 'bigint[]' },
  build: (_, { user, conversations, above, upTo }) => sql<MessageRow>`
    SELECT ${MESSAGE_FIELDS}
    FROM unnest(${conversations}, ${above}, ${upTo}) AS stretch (conversation_id, above, up_to)
    CROSS JOIN LATERAL (
      SELECT * FROM messages
      WHERE messages.conversation_id = stretch.conversation_id
        AND messages.seq > stretch.above AND messages.seq <= stretch.up_to
        AND NOT EXISTS (SELECT FROM message_hidden AS h WHERE h.conversation_id = stretch.conversation_id
          AND h.user_id = ${user} AND h.seq = messages.seq)
      ORDER BY messages.seq DESC LIMIT 1
    ) AS m`,
  sample: ({ ids }) => ({
    user: '1',
    conversations: ids,
    above: ids.map(() => 0),
    upTo: ids.map(() => 9),
  }),
  exempt: 'the conversations of a list lie in any partition',
});

const search = defineStatement({
  name: 'messages.search',
  params: { conversation: 'bigint', query: 'text', after: 'bigint', before: 'bigint', limit: 'integer' },
  build: (_, { conversation, query, after, before, limit }) => sql<MessageRow>`
    SELECT ${MESSAGE_FIELDS} FROM messages AS m
    WHERE m.conversation_id = ${conversation} AND m.words @@ ${query}::tsquery AND m.status = 'published'
      AND m.seq > ${after} AND m.seq < ${before}
    ORDER BY m.seq DESC LIMIT ${limit}`,
  sample: ({ newest }) => ({ conversation: newest, query: "'a' & 'b':*", after: 0, before: 100, limit: 21 }),
});

const pinned = defineStatement({
  name: 'messages.pinned',
  params: { conversation: 'bigint' },
  build: (_, { conversation }) => sql<MessageRow>`
    SELECT ${MESSAGE_FIELDS} FROM messages AS m
    WHERE m.conversation_id = ${conversation} AND m.pinned_at IS NOT NULL
    ORDER BY m.pinned_at DESC, m.seq DESC`,
  sample: ({ newest }) => ({ conversation: newest }),
});

const revisions = defineStatement({
  name: 'messages.revisions',
  params: { conversation: 'bigint', seq: 'bigint', before: 'integer', limit: 'integer' },
  build: (_, { conversation, seq, before, limit }) => sql<{
    readonly revision: number;
    readonly text: string;
    readonly entities: readonly TextEntity[];
    readonly writtenAt: string;
  }>`
    SELECT revision, text, entities, written_at AS "writtenAt" FROM message_revisions
    WHERE conversation_id = ${conversation} AND seq = ${seq} AND revision < ${before}
    ORDER BY revision DESC LIMIT ${limit}`,
  sample: ({ newest }) => ({ conversation: newest, seq: 1, before: 10, limit: 21 }),
});

const ownState = defineStatement({
  name: 'messages.own_state',
  params: { user: 'bigint', conversation: 'bigint', seqs: 'bigint[]' },
  build: (_, { user, conversation, seqs }) => sql<{ readonly seq: string; readonly kind: string | null }>`
    SELECT r.seq, r.kind FROM message_reactions AS r
    WHERE r.conversation_id = ${conversation} AND r.seq = ANY(${seqs}) AND r.user_id = ${user}
    UNION ALL
    SELECT h.seq, NULL FROM message_hidden AS h
    WHERE h.conversation_id = ${conversation} AND h.user_id = ${user} AND h.seq = ANY(${seqs})`,
  sample: ({ newest }) => ({ user: '1', conversation: newest, seqs: [1, 2] }),
});

const reactions = defineStatement({
  name: 'messages.reactions',
  params: {
    conversation: 'bigint',
    seq: 'bigint',
    kind: 'text?',
    afterUser: 'bigint',
    afterKind: 'text',
    limit: 'integer',
  },
  build: (_, { conversation, seq, kind, afterUser, afterKind, limit }) => sql<{
    readonly userId: Id;
    readonly kind: string;
    readonly at: string;
  }>`
    SELECT user_id AS "userId", kind, at FROM message_reactions
    WHERE conversation_id = ${conversation} AND seq = ${seq} AND (${kind} IS NULL OR kind = ${kind})
      AND (user_id, kind COLLATE "C") > (${afterUser}, ${afterKind})
    ORDER BY user_id, kind COLLATE "C" LIMIT ${limit}`,
  sample: ({ newest }) => ({
    conversation: newest,
    seq: 1,
    kind: null,
    afterUser: '0',
    afterKind: '',
    limit: 21,
  }),
});

/** Words hold letters, marks and digits only; quoted all the same, as a query is no place for trust. */
const queryOf = (words: readonly string[]): string =>
  words
    .map((word, index) => {
      const quoted = `'${word.replace(/\\/g, '\\\\').replace(/'/g, "''")}'`;
      return index === words.length - 1 ? `${quoted}:*` : quoted;
    })
    .join(' & ');

/** Reads messages, through a pool or inside a transaction. */
export function createPostgresMessageReader(db: Kysely<Database>): MessageReader {
  return {
    async byKeys(conversation, seqs) {
      if (seqs.length === 0) return new Map();
      const rows = await byKeys.run(db, { conversation, seqs: [...new Set(seqs)] });
      return new Map(rows.map((row) => [Number(row.seq), messageOf(row)] as const));
    },
    async newest(user, stretches) {
      if (stretches.length === 0) return [];
      const rows = await newest.run(db, {
        user,
        conversations: stretches.map(({ conversationId }) => conversationId),
        above: stretches.map(({ above }) => above),
        upTo: stretches.map(({ upTo }) => upTo),
      });
      return rows.map(messageOf);
    },
    async range(conversation, { after, before, from, limit, threadRootSeq, notHiddenFor }) {
      const values = { conversation, after, before, hiddenFor: notHiddenFor ?? null, limit };
      const rows = await (threadRootSeq === undefined
        ? RANGES[from].run(db, values)
        : THREADS[from].run(db, { ...values, root: threadRootSeq }));
      const messages = rows.map(messageOf);
      return from === 'start' ? messages : messages.reverse();
    },
    async search(conversation, { words, after, before, limit }) {
      if (words.length === 0) return [];
      const rows = await search.run(db, { conversation, query: queryOf(words), after, before, limit });
      return rows.map(messageOf);
    },
    pinned: async (conversation) => (await pinned.run(db, { conversation })).map(messageOf),
    revisions: async ({ conversationId, seq }, { before, limit }) =>
      (
        await revisions.run(db, { conversation: conversationId, seq, before: before ?? 2_147_483_647, limit })
      ).map((row) => ({ ...row, writtenAt: Number(row.writtenAt) })),
    async ownState(user, conversation, seqs) {
      const rows = seqs.length === 0 ? [] : await ownState.run(db, { user, conversation, seqs });
      const found = new Map<number, { reacted: string[]; hidden: boolean }>(
        seqs.map((seq) => [seq, { reacted: [], hidden: false }]),
      );
      for (const { seq, kind } of rows) {
        const state = found.get(Number(seq));
        if (!state) continue;
        if (kind === null) state.hidden = true;
        else state.reacted.push(kind);
      }
      for (const { reacted } of found.values()) reacted.sort();
      return found satisfies ReadonlyMap<number, OwnMessageState>;
    },
    reactions: async ({ conversationId, seq }, { kind, after, limit }) =>
      (
        await reactions.run(db, {
          conversation: conversationId,
          seq,
          kind,
          afterUser: after?.userId ?? '0',
          afterKind: after?.kind ?? '',
          limit,
        })
      ).map((row) => ({ ...row, at: Number(row.at) })),
  };
}
