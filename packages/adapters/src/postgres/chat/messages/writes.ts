import type { MessageReader, MessageWriter } from '@socialkit/chat';
import { wordsOf } from '@socialkit/chat';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../../database.js';
import { defineStatement } from '../../statement.js';
import { createPostgresMessageReader } from './reads.js';

const KEY = { conversation: 'bigint', seq: 'bigint' } as const;

const edit = defineStatement({
  name: 'messages.edit',
  params: { ...KEY, text: 'text', entities: 'jsonb', label: 'text?', words: 'text[]', at: 'bigint' },
  build: (_, { conversation, seq, text, entities, label, words, at }) => sql<{ readonly revision: number }>`
    WITH kept AS (
      INSERT INTO message_revisions (conversation_id, seq, revision, text, entities, written_at)
      SELECT conversation_id, seq, revision, text, entities, coalesce(edited_at, created_at) FROM messages
      WHERE conversation_id = ${conversation} AND seq = ${seq}
    )
    UPDATE messages SET text = ${text}, entities = ${entities}, label = ${label},
      words = array_to_tsvector(${words}), edited_at = ${at}, revision = revision + 1
    WHERE conversation_id = ${conversation} AND seq = ${seq}
    RETURNING revision`,
  sample: ({ newest, now }) => ({
    conversation: newest,
    seq: 1,
    text: 'sample',
    entities: '[]',
    label: null,
    words: ['sample'],
    at: now,
  }),
});

const move = defineStatement({
  name: 'messages.move',
  params: { ...KEY, from: 'text', to: 'text' },
  build: (_, { conversation, seq, from, to }) => sql`
    UPDATE messages SET status = ${to}
    WHERE conversation_id = ${conversation} AND seq = ${seq} AND status = ${from}`,
  sample: ({ newest }) => ({ conversation: newest, seq: 1, from: 'published', to: 'flagged' }),
});

const erase = defineStatement({
  name: 'messages.erase',
  params: { ...KEY, to: 'text', at: 'bigint' },
  build: (_, { conversation, seq, to, at }) => sql`
    WITH revisions AS (
      DELETE FROM message_revisions WHERE conversation_id = ${conversation} AND seq = ${seq}
    ), reactions AS (
      DELETE FROM message_reactions WHERE conversation_id = ${conversation} AND seq = ${seq}
    )
    UPDATE messages SET status = ${to}, text = '', entities = '[]', attachments = '[]', label = NULL, words = '',
      deleted_at = ${at}, pinned_at = NULL, reaction_counts = '{}'
    WHERE conversation_id = ${conversation} AND seq = ${seq} AND status NOT IN ('deleted', 'expired')`,
  sample: ({ newest, now }) => ({ conversation: newest, seq: 1, to: 'deleted', at: now }),
});

const countReply = defineStatement({
  name: 'messages.count_reply',
  params: { ...KEY, delta: 'integer', reply: 'bigint?' },
  build: (_, { conversation, seq, delta, reply }) => sql`
    UPDATE messages SET reply_count = reply_count + ${delta}, last_reply_seq = greatest(last_reply_seq, ${reply})
    WHERE conversation_id = ${conversation} AND seq = ${seq}`,
  sample: ({ newest }) => ({ conversation: newest, seq: 1, delta: 1, reply: 2 }),
});

/** Counts move only for whom the message is unread. */
const setMentions = defineStatement({
  name: 'messages.set_mentions',
  params: { ...KEY, users: 'bigint[]' },
  build: (_, { conversation, seq, users }) => sql`
    WITH gone AS (
      DELETE FROM message_mentions
      WHERE conversation_id = ${conversation} AND seq = ${seq} AND user_id <> ALL(${users}) RETURNING user_id
    ), added AS (
      INSERT INTO message_mentions (conversation_id, user_id, seq)
      SELECT ${conversation}, user_id, ${seq} FROM conversation_members
      WHERE conversation_id = ${conversation} AND user_id = ANY(${users}) AND state = 'active'
      ON CONFLICT DO NOTHING RETURNING user_id
    )
    UPDATE conversation_members AS m SET mention_count = greatest(0, m.mention_count + moved.delta)
    FROM (SELECT user_id, -1 AS delta FROM gone UNION ALL SELECT user_id, 1 FROM added) AS moved
    WHERE m.conversation_id = ${conversation} AND m.user_id = moved.user_id AND m.last_read_seq < ${seq}`,
  sample: ({ newest }) => ({ conversation: newest, seq: 1, users: ['1'] }),
});

const setPinned = defineStatement({
  name: 'messages.set_pinned',
  params: { ...KEY, at: 'bigint?' },
  build: (_, { conversation, seq, at }) => sql`
    UPDATE messages SET pinned_at = ${at}
    WHERE conversation_id = ${conversation} AND seq = ${seq} AND (pinned_at IS NULL) <> (${at} IS NULL)`,
  sample: ({ newest, now }) => ({ conversation: newest, seq: 1, at: now }),
});

const react = defineStatement({
  name: 'messages.react',
  params: { ...KEY, user: 'bigint', kind: 'text', at: 'bigint' },
  build: (_, { conversation, seq, user, kind, at }) => sql`
    WITH given AS (
      INSERT INTO message_reactions (conversation_id, seq, user_id, kind, at)
      VALUES (${conversation}, ${seq}, ${user}, ${kind}, ${at}) ON CONFLICT DO NOTHING RETURNING kind
    )
    UPDATE messages SET reaction_counts = reaction_counts
      || jsonb_build_object(${kind}, coalesce((reaction_counts ->> ${kind})::integer, 0) + 1)
    WHERE conversation_id = ${conversation} AND seq = ${seq} AND EXISTS (SELECT FROM given)`,
  sample: ({ newest, now }) => ({ conversation: newest, seq: 1, user: '1', kind: 'like', at: now }),
});

const unreact = defineStatement({
  name: 'messages.unreact',
  params: { ...KEY, user: 'bigint', kind: 'text' },
  build: (_, { conversation, seq, user, kind }) => sql`
    WITH taken AS (
      DELETE FROM message_reactions WHERE conversation_id = ${conversation} AND seq = ${seq}
        AND user_id = ${user} AND kind = ${kind} RETURNING kind
    )
    UPDATE messages SET reaction_counts = CASE WHEN (reaction_counts ->> ${kind})::integer > 1
      THEN reaction_counts || jsonb_build_object(${kind}, (reaction_counts ->> ${kind})::integer - 1)
      ELSE reaction_counts - ${kind} END
    WHERE conversation_id = ${conversation} AND seq = ${seq} AND EXISTS (SELECT FROM taken)`,
  sample: ({ newest }) => ({ conversation: newest, seq: 1, user: '1', kind: 'like' }),
});

const hide = defineStatement({
  name: 'messages.hide',
  params: { ...KEY, user: 'bigint' },
  build: (_, { conversation, seq, user }) => sql`
    INSERT INTO message_hidden (conversation_id, user_id, seq) VALUES (${conversation}, ${user}, ${seq})
    ON CONFLICT DO NOTHING`,
  sample: ({ newest }) => ({ conversation: newest, seq: 1, user: '1' }),
});

const due = defineStatement({
  name: 'messages.due',
  params: { conversation: 'bigint', now: 'bigint', limit: 'integer' },
  build: (_, { conversation, now, limit }) => sql<{ readonly seq: string }>`
    SELECT seq FROM messages
    WHERE conversation_id = ${conversation} AND expires_at <= ${now} AND status NOT IN ('deleted', 'expired')
    ORDER BY expires_at, seq LIMIT ${limit}`,
  sample: ({ newest, now }) => ({ conversation: newest, now, limit: 100 }),
});

/** Reads and changes messages inside a transaction. */
export function createPostgresMessages(tx: Transaction<Database>): MessageReader & MessageWriter {
  return {
    ...createPostgresMessageReader(tx),
    edit: async ({ conversationId, seq }, { text, entities, label, editedAt }) =>
      (
        await edit.first(tx, {
          conversation: conversationId,
          seq,
          text,
          entities: JSON.stringify(entities),
          label,
          words: wordsOf(text),
          at: editedAt,
        })
      )?.revision ?? 0,
    move: async ({ conversationId, seq }, from, to) =>
      (await move.affected(tx, { conversation: conversationId, seq, from, to })) === 1,
    async erase({ conversationId, seq }, to, at) {
      if ((await erase.affected(tx, { conversation: conversationId, seq, to, at })) !== 1) return false;
      await setMentions.run(tx, { conversation: conversationId, seq, users: [] });
      return true;
    },
    async countReply({ conversationId, seq }, delta, reply) {
      await countReply.run(tx, { conversation: conversationId, seq, delta, reply });
    },
    async setMentions({ conversationId, seq }, users) {
      await setMentions.run(tx, { conversation: conversationId, seq, users: [...new Set(users)] });
    },
    setPinned: async ({ conversationId, seq }, at) =>
      (await setPinned.affected(tx, { conversation: conversationId, seq, at })) === 1,
    react: async ({ conversationId, seq }, user, kind, at) =>
      (await react.affected(tx, { conversation: conversationId, seq, user, kind, at })) === 1,
    unreact: async ({ conversationId, seq }, user, kind) =>
      (await unreact.affected(tx, { conversation: conversationId, seq, user, kind })) === 1,
    hide: async ({ conversationId, seq }, user) =>
      (await hide.affected(tx, { conversation: conversationId, seq, user })) === 1,
    due: async (conversationId, now, limit) =>
      (await due.run(tx, { conversation: conversationId, now, limit })).map(({ seq }) => ({
        conversationId,
        seq: Number(seq),
      })),
  };
}
