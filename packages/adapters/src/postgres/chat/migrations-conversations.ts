import { type Kysely, sql } from 'kysely';
import { createHashPartitions, partitionByHash } from '../hash-partitions.js';

/** Conversations, who takes part, their join links and their event logs. */
export async function createConversationTables(db: Kysely<unknown>): Promise<void> {
  // No index on what a message changes, and room on the page: sending updates the row in place.
  await sql`
    CREATE TABLE conversations (
      id bigint PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('direct', 'group')),
      pair_low bigint,
      pair_high bigint,
      title text,
      description text,
      avatar jsonb,
      label text,
      owner_id bigint,
      history text NOT NULL CHECK (history IN ('all', 'joined')),
      slow_mode_seconds integer NOT NULL CHECK (slow_mode_seconds >= 0),
      message_ttl_seconds integer CHECK (message_ttl_seconds > 0),
      who_sends text NOT NULL CHECK (who_sends IN ('members', 'admins')),
      who_invites text NOT NULL CHECK (who_invites IN ('members', 'admins')),
      who_edits text NOT NULL CHECK (who_edits IN ('members', 'admins')),
      member_count integer NOT NULL DEFAULT 0 CHECK (member_count >= 0),
      last_seq bigint NOT NULL DEFAULT 0,
      last_offset bigint NOT NULL DEFAULT 0,
      last_message_at bigint,
      created_at bigint NOT NULL,
      created_by bigint NOT NULL,
      revision integer NOT NULL DEFAULT 1,
      deleted_at bigint,
      CHECK (pair_low < pair_high),
      CHECK ((kind = 'direct') = (pair_low IS NOT NULL AND pair_high IS NOT NULL))
    ) WITH (fillfactor = 70)`.execute(db);
  await sql`CREATE UNIQUE INDEX conversations_pair ON conversations (pair_low, pair_high)
    WHERE pair_low IS NOT NULL`.execute(db);
  await sql`CREATE INDEX conversations_by_creator ON conversations (created_by, created_at)`.execute(db);

  await sql`
    CREATE TABLE conversation_members (
      conversation_id bigint NOT NULL,
      user_id bigint NOT NULL,
      role text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
      state text NOT NULL CHECK (state IN
        ('active', 'invited', 'requested', 'declined', 'left', 'removed', 'banned')),
      since bigint NOT NULL,
      invited_by bigint,
      joined_at bigint,
      joined_seq bigint NOT NULL DEFAULT 0,
      joined_offset bigint NOT NULL DEFAULT 0,
      last_read_seq bigint NOT NULL DEFAULT 0,
      last_delivered_seq bigint NOT NULL DEFAULT 0,
      mention_count integer NOT NULL DEFAULT 0 CHECK (mention_count >= 0),
      marked_unread boolean NOT NULL DEFAULT false,
      marked_unread_version integer NOT NULL DEFAULT 0,
      notify text NOT NULL DEFAULT 'all' CHECK (notify IN ('all', 'mentions', 'none')),
      muted_until bigint,
      archived_at bigint,
      pinned_at bigint,
      cleared_seq bigint NOT NULL DEFAULT 0,
      PRIMARY KEY (conversation_id, user_id)
    ) WITH (fillfactor = 80)`.execute(db);
  await sql`CREATE INDEX conversation_members_by_user
    ON conversation_members (user_id, state, conversation_id)`.execute(db);
  await sql`CREATE UNIQUE INDEX conversation_members_owner
    ON conversation_members (conversation_id) WHERE role = 'owner'`.execute(db);

  await sql`
    CREATE TABLE conversation_links (
      id bigint PRIMARY KEY,
      conversation_id bigint NOT NULL,
      token_hash text NOT NULL UNIQUE,
      created_by bigint NOT NULL,
      created_at bigint NOT NULL,
      expires_at bigint,
      max_uses integer CHECK (max_uses > 0),
      uses integer NOT NULL DEFAULT 0 CHECK (uses >= 0 AND uses <= max_uses),
      revoked_at bigint
    )`.execute(db);
  await sql`CREATE INDEX conversation_links_by_conversation ON conversation_links (conversation_id, id)
    WHERE revoked_at IS NULL`.execute(db);

  await sql`
    CREATE TABLE conversation_events (
      conversation_id bigint NOT NULL,
      "offset" bigint NOT NULL,
      type text NOT NULL,
      at bigint NOT NULL,
      by_id bigint,
      seq bigint,
      only_ids bigint[],
      data jsonb NOT NULL,
      PRIMARY KEY (conversation_id, "offset")
    ) ${partitionByHash('conversation_id')}`.execute(db);
  await createHashPartitions(db, 'conversation_events');
}
