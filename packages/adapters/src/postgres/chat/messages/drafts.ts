import type { Draft, DraftReader, DraftWriter } from '@socialkit/chat';
import { type Id, MAX_ID_STRING } from '@socialkit/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../../database.js';
import { defineStatement } from '../../statement.js';

interface DraftRow {
  readonly conversationId: Id;
  readonly userId: Id;
  readonly text: string;
  readonly replyToSeq: string | null;
  readonly updatedAt: string;
}

const DRAFT = sql`conversation_id AS "conversationId", user_id AS "userId", text, reply_to_seq AS "replyToSeq",
  updated_at AS "updatedAt"`;

const maybe = (value: string | null): number | null => (value === null ? null : Number(value));
const draftOf = (row: DraftRow): Draft => ({
  ...row,
  replyToSeq: maybe(row.replyToSeq),
  updatedAt: Number(row.updatedAt),
});

const draftsOf = defineStatement({
  name: 'drafts.of',
  params: { user: 'bigint', conversations: 'bigint[]' },
  build: (_, { user, conversations }) => sql<DraftRow>`
    SELECT ${DRAFT} FROM message_drafts WHERE user_id = ${user} AND conversation_id = ANY(${conversations})`,
  sample: ({ ids }) => ({ user: '1', conversations: ids }),
});

const listDrafts = defineStatement({
  name: 'drafts.list',
  params: { user: 'bigint', at: 'bigint', conversation: 'bigint', limit: 'integer' },
  build: (_, { user, at, conversation, limit }) => sql<DraftRow>`
    SELECT ${DRAFT} FROM message_drafts
    WHERE user_id = ${user} AND (updated_at, conversation_id) < (${at}, ${conversation})
    ORDER BY updated_at DESC, conversation_id DESC LIMIT ${limit}`,
  sample: ({ newest, now }) => ({ user: '1', at: now, conversation: newest, limit: 21 }),
});

const putDraft = defineStatement({
  name: 'drafts.put',
  params: { user: 'bigint', conversation: 'bigint', text: 'text', reply: 'bigint?', at: 'bigint' },
  build: (_, { user, conversation, text, reply, at }) => sql`
    INSERT INTO message_drafts (user_id, conversation_id, text, reply_to_seq, updated_at)
    VALUES (${user}, ${conversation}, ${text}, ${reply}, ${at})
    ON CONFLICT (user_id, conversation_id) DO UPDATE
    SET text = excluded.text, reply_to_seq = excluded.reply_to_seq, updated_at = excluded.updated_at`,
  sample: ({ newest, now }) => ({ user: '1', conversation: newest, text: 'sample', reply: null, at: now }),
});

const removeDraft = defineStatement({
  name: 'drafts.remove',
  params: { user: 'bigint', conversation: 'bigint' },
  build: (_, { user, conversation }) => sql`
    DELETE FROM message_drafts WHERE user_id = ${user} AND conversation_id = ${conversation}`,
  sample: ({ newest }) => ({ user: '1', conversation: newest }),
});

/** Reads drafts. */
export const createPostgresDraftReader = (db: Kysely<Database>): DraftReader => ({
  async of(user, conversations) {
    if (conversations.length === 0) return new Map();
    const rows = await draftsOf.run(db, { user, conversations });
    return new Map(rows.map((row) => [row.conversationId, draftOf(row)] as const));
  },
  list: async (user, { after, limit }) =>
    (
      await listDrafts.run(db, {
        user,
        at: after?.updatedAt ?? MAX_ID_STRING,
        conversation: after?.conversationId ?? MAX_ID_STRING,
        limit,
      })
    ).map(draftOf),
});

/** Reads and writes drafts inside a transaction. */
export const createPostgresDrafts = (tx: Transaction<Database>): DraftReader & DraftWriter => ({
  ...createPostgresDraftReader(tx),
  async put({ userId, conversationId, text, replyToSeq, updatedAt }) {
    await putDraft.run(tx, {
      user: userId,
      conversation: conversationId,
      text,
      reply: replyToSeq,
      at: updatedAt,
    });
  },
  remove: async (user, conversation) => (await removeDraft.affected(tx, { user, conversation })) === 1,
});
