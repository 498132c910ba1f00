import type { ConversationLogReader } from '@socialkit/chat';
import type { Id } from '@socialkit/core';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../database.js';
import { defineStatement } from '../../statement.js';

const maybe = (value: string | null): number | null => (value === null ? null : Number(value));

const readable = defineStatement({
  name: 'conversation_log.readable',
  params: { users: 'bigint[]', conversations: 'bigint[]' },
  build: (_, { users, conversations }) => sql<{
    readonly place: string;
    readonly afterOffset: string;
    readonly afterSeq: string;
  }>`
    SELECT ask.place, CASE c.history WHEN 'joined' THEN m.joined_offset ELSE 0 END AS "afterOffset",
      greatest(CASE c.history WHEN 'joined' THEN m.joined_seq ELSE 0 END, m.cleared_seq) AS "afterSeq"
    FROM unnest(${users}, ${conversations}) WITH ORDINALITY AS ask (user_id, conversation_id, place)
    JOIN conversations AS c ON c.id = ask.conversation_id AND c.deleted_at IS NULL
    JOIN conversation_members AS m ON m.conversation_id = ask.conversation_id AND m.user_id = ask.user_id
    WHERE m.state IN ('active', 'requested')`,
  sample: ({ ids }) => ({ users: ids, conversations: ids }),
});

const heads = defineStatement({
  name: 'conversation_log.heads',
  params: { ids: 'bigint[]' },
  build: (_, { ids }) => sql<{ readonly id: Id; readonly head: string }>`
    SELECT id, last_offset AS head FROM conversations WHERE id = ANY(${ids})`,
  sample: ({ ids }) => ({ ids }),
});

const logAfter = defineStatement({
  name: 'conversation_log.after',
  params: { conversation: 'bigint', after: 'bigint', limit: 'integer' },
  build: (_, { conversation, after, limit }) => sql<{
    readonly offset: string;
    readonly type: string;
    readonly at: string;
    readonly by: Id | null;
    readonly only: readonly Id[] | null;
    readonly seq: string | null;
    readonly data: Readonly<Record<string, unknown>>;
  }>`
    SELECT "offset", type, at, by_id AS "by", only_ids AS "only", seq, data FROM conversation_events
    WHERE conversation_id = ${conversation} AND "offset" > ${after} ORDER BY "offset" LIMIT ${limit}`,
  sample: ({ newest }) => ({ conversation: newest, after: 0, limit: 100 }),
});

const listeners = defineStatement({
  name: 'conversation_log.listeners',
  params: { ids: 'bigint[]' },
  build: (_, { ids }) => sql<{ readonly id: Id; readonly users: readonly Id[] }>`
    SELECT conversation_id AS id, array_agg(user_id ORDER BY user_id) AS users FROM conversation_members
    WHERE conversation_id = ANY(${ids}) AND state IN ('active', 'requested') GROUP BY conversation_id`,
  sample: ({ ids }) => ({ ids }),
});

/** Reads the log of conversations. */
export const createPostgresConversationLog = (db: Kysely<Database>): ConversationLogReader => ({
  async readable(asks) {
    const rows = await readable.run(db, {
      users: asks.map(({ userId }) => userId),
      conversations: asks.map(({ conversationId }) => conversationId),
    });
    const found = new Map(
      rows.map(({ place, afterOffset, afterSeq }) => [
        Number(place) - 1,
        { afterOffset: Number(afterOffset), afterSeq: Number(afterSeq) },
      ]),
    );
    return asks.map((_, index) => found.get(index) ?? null);
  },
  heads: async (ids) =>
    new Map((await heads.run(db, { ids })).map(({ id, head }) => [id, Number(head)] as const)),
  after: async (conversation, after, limit) =>
    (await logAfter.run(db, { conversation, after, limit })).map((row) => ({
      ...row,
      offset: Number(row.offset),
      at: Number(row.at),
      seq: maybe(row.seq),
    })),
  listeners: async (ids) =>
    new Map((await listeners.run(db, { ids })).map(({ id, users }) => [id, users] as const)),
});
