import { type Kysely, sql } from 'kysely';
import { createHashPartitions, partitionByHash } from '../hash-partitions.js';

/** Messages and what hangs on them, and what members show each other of their reading. */
export async function createMessageTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE messages (
      conversation_id bigint NOT NULL,
      seq bigint NOT NULL,
      author_id bigint NOT NULL,
      client_id text,
      fingerprint text,
      status text NOT NULL CHECK (status IN ('published', 'under_review', 'flagged', 'deleted', 'expired')),
      text text NOT NULL,
      entities jsonb NOT NULL,
      attachments jsonb NOT NULL,
      label text,
      reply_to_seq bigint,
      thread_root_seq bigint,
      forwarded boolean NOT NULL,
      revision integer NOT NULL DEFAULT 1,
      created_at bigint NOT NULL,
      edited_at bigint,
      deleted_at bigint,
      expires_at bigint,
      pinned_at bigint,
      reply_count integer NOT NULL DEFAULT 0 CHECK (reply_count >= 0),
      last_reply_seq bigint,
      reaction_counts jsonb NOT NULL DEFAULT '{}'
        CHECK (NOT jsonb_path_exists(reaction_counts, '$.* ? (@ <= 0)')),
      words tsvector NOT NULL,
      PRIMARY KEY (conversation_id, seq)
    ) ${partitionByHash('conversation_id')}`.execute(db);
  // The idempotency of sending is this index: one message a sender and name of his.
  await sql`CREATE UNIQUE INDEX messages_by_client ON messages (conversation_id, author_id, client_id)
    WHERE client_id IS NOT NULL`.execute(db);
  await sql`CREATE INDEX messages_by_thread ON messages (conversation_id, thread_root_seq, seq)
    WHERE thread_root_seq IS NOT NULL`.execute(db);
  await sql`CREATE INDEX messages_pinned ON messages (conversation_id, pinned_at)
    WHERE pinned_at IS NOT NULL`.execute(db);
  await sql`CREATE INDEX messages_expiring ON messages (conversation_id, expires_at)
    WHERE expires_at IS NOT NULL`.execute(db);
  await sql`CREATE INDEX messages_words ON messages USING gin (words)`.execute(db);
  await createHashPartitions(db, 'messages', { fillfactor: 90 });

  await sql`
    CREATE TABLE message_revisions (
      conversation_id bigint NOT NULL,
      seq bigint NOT NULL,
      revision integer NOT NULL,
      text text NOT NULL,
      entities jsonb NOT NULL,
      written_at bigint NOT NULL,
      PRIMARY KEY (conversation_id, seq, revision)
    ) ${partitionByHash('conversation_id')}`.execute(db);
  await createHashPartitions(db, 'message_revisions');

  await sql`
    CREATE TABLE message_reactions (
      conversation_id bigint NOT NULL,
      seq bigint NOT NULL,
      user_id bigint NOT NULL,
      kind text NOT NULL,
      at bigint NOT NULL,
      PRIMARY KEY (conversation_id, seq, user_id, kind)
    ) ${partitionByHash('conversation_id')}`.execute(db);
  await createHashPartitions(db, 'message_reactions');

  // Who is mentioned where: a read mark counts what is left behind it.
  await sql`
    CREATE TABLE message_mentions (
      conversation_id bigint NOT NULL,
      user_id bigint NOT NULL,
      seq bigint NOT NULL,
      PRIMARY KEY (conversation_id, user_id, seq)
    ) ${partitionByHash('conversation_id')}`.execute(db);
  await sql`CREATE INDEX message_mentions_by_message ON message_mentions (conversation_id, seq)`.execute(db);
  await createHashPartitions(db, 'message_mentions');

  await sql`
    CREATE TABLE message_hidden (
      conversation_id bigint NOT NULL,
      user_id bigint NOT NULL,
      seq bigint NOT NULL,
      PRIMARY KEY (conversation_id, user_id, seq)
    ) ${partitionByHash('conversation_id')}`.execute(db);
  await createHashPartitions(db, 'message_hidden');

  // When somebody last sent where there is slow mode.
  await sql`
    CREATE TABLE message_paces (
      conversation_id bigint NOT NULL,
      user_id bigint NOT NULL,
      sent_at bigint NOT NULL,
      PRIMARY KEY (conversation_id, user_id)
    )`.execute(db);

  await sql`
    CREATE TABLE message_drafts (
      user_id bigint NOT NULL,
      conversation_id bigint NOT NULL,
      text text NOT NULL,
      reply_to_seq bigint,
      updated_at bigint NOT NULL,
      PRIMARY KEY (user_id, conversation_id)
    )`.execute(db);
  await sql`CREATE INDEX message_drafts_by_time
    ON message_drafts (user_id, updated_at DESC, conversation_id DESC)`.execute(db);

  await sql`
    CREATE TABLE scheduled_messages (
      id bigint PRIMARY KEY,
      conversation_id bigint NOT NULL,
      author_id bigint NOT NULL,
      text text NOT NULL,
      formatting jsonb NOT NULL,
      attachments jsonb NOT NULL,
      reply_to_seq bigint,
      thread_root_seq bigint,
      ttl_seconds integer,
      send_at bigint NOT NULL,
      created_at bigint NOT NULL,
      state text NOT NULL CHECK (state IN ('waiting', 'failed')),
      error text
    )`.execute(db);
  await sql`CREATE INDEX scheduled_messages_by_author ON scheduled_messages (author_id, send_at, id)`.execute(
    db,
  );

  // What members let others know: moves only while they share it, so that nothing private is ever in it.
  await sql`
    CREATE TABLE shared_receipts (
      conversation_id bigint NOT NULL,
      user_id bigint NOT NULL,
      read_seq bigint NOT NULL DEFAULT 0,
      delivered_seq bigint NOT NULL DEFAULT 0,
      shared_at bigint NOT NULL,
      PRIMARY KEY (conversation_id, user_id)
    )`.execute(db);
  await sql`
    CREATE TABLE receipt_settings (
      user_id bigint PRIMARY KEY,
      share_read boolean NOT NULL
    )`.execute(db);
}
