import type { Attachment, ScheduledMessage, ScheduledReader, ScheduledWriter } from '@socialkit/chat';
import type { Formatting, Id } from '@socialkit/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../../database.js';
import { defineStatement } from '../../statement.js';

const maybe = (value: string | null): number | null => (value === null ? null : Number(value));

interface ScheduledRow {
  readonly id: Id;
  readonly conversationId: Id;
  readonly authorId: Id;
  readonly text: string;
  readonly formatting: readonly Formatting[];
  readonly attachments: readonly Attachment[];
  readonly replyToSeq: string | null;
  readonly threadRootSeq: string | null;
  readonly ttlSeconds: number | null;
  readonly sendAt: string;
  readonly createdAt: string;
  readonly state: ScheduledMessage['state'];
  readonly error: string | null;
}

const SCHEDULED = sql`id, conversation_id AS "conversationId", author_id AS "authorId", text, formatting, attachments,
  reply_to_seq AS "replyToSeq", thread_root_seq AS "threadRootSeq", ttl_seconds AS "ttlSeconds",
  send_at AS "sendAt", created_at AS "createdAt", state, error`;

const scheduledOf = (row: ScheduledRow): ScheduledMessage => ({
  ...row,
  replyToSeq: maybe(row.replyToSeq),
  threadRootSeq: maybe(row.threadRootSeq),
  sendAt: Number(row.sendAt),
  createdAt: Number(row.createdAt),
});

const scheduledById = defineStatement({
  name: 'scheduled.by_id',
  params: { id: 'bigint' },
  build: (_, { id }) => sql<ScheduledRow>`SELECT ${SCHEDULED} FROM scheduled_messages WHERE id = ${id}`,
  sample: ({ newest }) => ({ id: newest }),
});

const scheduledOfAuthor = defineStatement({
  name: 'scheduled.of_author',
  params: { author: 'bigint', conversation: 'bigint?' },
  build: (_, { author, conversation }) => sql<ScheduledRow>`
    SELECT ${SCHEDULED} FROM scheduled_messages
    WHERE author_id = ${author} AND (${conversation} IS NULL OR conversation_id = ${conversation})
    ORDER BY send_at, id`,
  sample: () => ({ author: '1', conversation: null }),
});

/** The lock makes the count hold until the commit: two that insert at once would both count without the other. */
const lockAuthor = defineStatement({
  name: 'scheduled.lock_author',
  params: { author: 'bigint' },
  build: (_, { author }) => sql`
    SELECT pg_advisory_xact_lock(hashtextextended('scheduled:' || ${author}::text, 0))`,
  sample: () => ({ author: '1' }),
});

const insertScheduled = defineStatement({
  name: 'scheduled.insert',
  params: {
    id: 'bigint',
    conversation: 'bigint',
    author: 'bigint',
    text: 'text',
    formatting: 'jsonb',
    attachments: 'jsonb',
    reply: 'bigint?',
    root: 'bigint?',
    ttl: 'integer?',
    sendAt: 'bigint',
    createdAt: 'bigint',
    limit: 'integer',
  },
  build: (_, s) => sql`
    INSERT INTO scheduled_messages (id, conversation_id, author_id, text, formatting, attachments, reply_to_seq,
      thread_root_seq, ttl_seconds, send_at, created_at, state)
    SELECT ${s.id}, ${s.conversation}, ${s.author}, ${s.text}, ${s.formatting}, ${s.attachments}, ${s.reply},
      ${s.root}, ${s.ttl}, ${s.sendAt}, ${s.createdAt}, 'waiting'
    WHERE (SELECT count(*) FROM scheduled_messages WHERE author_id = ${s.author}) < ${s.limit}`,
  sample: ({ newest, now }) => ({
    id: newest,
    conversation: newest,
    author: '1',
    text: 'sample',
    formatting: '[]',
    attachments: '[]',
    reply: null,
    root: null,
    ttl: null,
    sendAt: now,
    createdAt: now,
    limit: 100,
  }),
});

const removeScheduled = defineStatement({
  name: 'scheduled.remove',
  params: { id: 'bigint' },
  build: (_, { id }) => sql`DELETE FROM scheduled_messages WHERE id = ${id}`,
  sample: ({ newest }) => ({ id: newest }),
});

const failScheduled = defineStatement({
  name: 'scheduled.fail',
  params: { id: 'bigint', error: 'text' },
  build: (_, { id, error }) => sql`
    UPDATE scheduled_messages SET state = 'failed', error = ${error} WHERE id = ${id}`,
  sample: ({ newest }) => ({ id: newest, error: 'sample.error' }),
});

/** Reads scheduled messages. */
export const createPostgresScheduledReader = (db: Kysely<Database>): ScheduledReader => ({
  async byId(id) {
    const row = await scheduledById.first(db, { id });
    return row ? scheduledOf(row) : null;
  },
  ofAuthor: async (author, conversation) =>
    (await scheduledOfAuthor.run(db, { author, conversation })).map(scheduledOf),
});

/** Reads and writes scheduled messages inside a transaction. */
export const createPostgresScheduled = (tx: Transaction<Database>): ScheduledReader & ScheduledWriter => ({
  ...createPostgresScheduledReader(tx),
  async insert(message, limit) {
    await lockAuthor.run(tx, { author: message.authorId });
    const written = await insertScheduled.affected(tx, {
      id: message.id,
      conversation: message.conversationId,
      author: message.authorId,
      text: message.text,
      formatting: JSON.stringify(message.formatting),
      attachments: JSON.stringify(message.attachments),
      reply: message.replyToSeq,
      root: message.threadRootSeq,
      ttl: message.ttlSeconds,
      sendAt: message.sendAt,
      createdAt: message.createdAt,
      limit,
    });
    return written === 1;
  },
  remove: async (id) => (await removeScheduled.affected(tx, { id })) === 1,
  async fail(id, error) {
    await failScheduled.run(tx, { id, error });
  },
});
