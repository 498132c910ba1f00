import type { ConversationKind, MemberRole, MemberState, NotificationLevel } from '@socialkit/chat';
import type { Avatar } from '@socialkit/core';
import type { Generated, JSONColumnType } from 'kysely';

/** Tables of the chat. */
export interface ChatTables {
  conversations: ConversationsTable;
  conversation_members: ConversationMembersTable;
  conversation_links: ConversationLinksTable;
  conversation_events: ConversationEventsTable;
}

/** Times are Unix milliseconds. */
export interface ConversationsTable {
  id: string;
  kind: ConversationKind;
  pair_low: string | null;
  pair_high: string | null;
  title: string | null;
  description: string | null;
  avatar: JSONColumnType<Avatar> | null;
  label: string | null;
  owner_id: string | null;
  history: 'all' | 'joined';
  slow_mode_seconds: number;
  message_ttl_seconds: number | null;
  who_sends: 'members' | 'admins';
  who_invites: 'members' | 'admins';
  who_edits: 'members' | 'admins';
  member_count: Generated<number>;
  last_seq: Generated<string>;
  last_offset: Generated<string>;
  last_message_at: string | null;
  created_at: string;
  created_by: string;
  revision: Generated<number>;
  deleted_at: string | null;
}

/** Who stands how to a conversation, and how far it has read. Times are Unix milliseconds. */
export interface ConversationMembersTable {
  conversation_id: string;
  user_id: string;
  role: MemberRole;
  state: MemberState;
  since: string;
  invited_by: string | null;
  joined_at: string | null;
  joined_seq: Generated<string>;
  joined_offset: Generated<string>;
  last_read_seq: Generated<string>;
  last_delivered_seq: Generated<string>;
  mention_count: Generated<number>;
  marked_unread: Generated<boolean>;
  marked_unread_version: Generated<number>;
  notify: Generated<NotificationLevel>;
  muted_until: string | null;
  archived_at: string | null;
  pinned_at: string | null;
  cleared_seq: Generated<string>;
}

/** Join links; the token itself is nowhere. */
export interface ConversationLinksTable {
  id: string;
  conversation_id: string;
  /** SHA-256 of the token, hex. */
  token_hash: string;
  created_by: string;
  created_at: string;
  expires_at: string | null;
  max_uses: number | null;
  uses: Generated<number>;
  revoked_at: string | null;
}

/** The durable stream of each conversation. */
export interface ConversationEventsTable {
  conversation_id: string;
  offset: string;
  type: string;
  at: string;
  by_id: string | null;
  /** The message it concerns. */
  seq: string | null;
  /** The only accounts that get the data. */
  only_ids: string[] | null;
  data: JSONColumnType<Record<string, unknown>>;
}
