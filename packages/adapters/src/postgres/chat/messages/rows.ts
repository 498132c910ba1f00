import type { Attachment, Message, MessageStatus } from '@socialkit/chat';
import type { Id, TextEntity } from '@socialkit/core';
import { sql } from 'kysely';

/** Numbers of a column that may pass 2^31: text from the driver, a number inside of JSON. */
export type Big = string | number;

/** A message as the statements give it, as columns or as JSON. */
export interface MessageRow {
  readonly conversationId: Id;
  readonly seq: Big;
  readonly authorId: Id;
  readonly clientId: string | null;
  readonly fingerprint: string | null;
  readonly status: MessageStatus;
  readonly text: string;
  readonly entities: readonly TextEntity[];
  readonly attachments: readonly Attachment[];
  readonly label: string | null;
  readonly replyToSeq: Big | null;
  readonly threadRootSeq: Big | null;
  readonly forwarded: boolean;
  readonly revision: number;
  readonly createdAt: Big;
  readonly editedAt: Big | null;
  readonly deletedAt: Big | null;
  readonly expiresAt: Big | null;
  readonly pinnedAt: Big | null;
  readonly replyCount: number;
  readonly lastReplySeq: Big | null;
  readonly reactionCounts: Readonly<Record<string, number>>;
}

/** The select list of a {@link MessageRow}; the table is `m`. Ids are text: inside of JSON they would lose digits. */
export const MESSAGE_FIELDS = sql`
  m.conversation_id::text AS "conversationId", m.seq, m.author_id::text AS "authorId", m.client_id AS "clientId",
  m.fingerprint, m.status, m.text, m.entities, m.attachments, m.label, m.reply_to_seq AS "replyToSeq",
  m.thread_root_seq AS "threadRootSeq", m.forwarded, m.revision, m.created_at AS "createdAt",
  m.edited_at AS "editedAt", m.deleted_at AS "deletedAt", m.expires_at AS "expiresAt", m.pinned_at AS "pinnedAt",
  m.reply_count AS "replyCount", m.last_reply_seq AS "lastReplySeq", m.reaction_counts AS "reactionCounts"`;

const maybe = (value: Big | null): number | null => (value === null ? null : Number(value));

/** The message in a row, without what else it holds. */
export const messageOf = (row: MessageRow): Message => ({
  conversationId: row.conversationId,
  seq: Number(row.seq),
  authorId: row.authorId,
  clientId: row.clientId,
  fingerprint: row.fingerprint,
  status: row.status,
  text: row.text,
  entities: row.entities,
  attachments: row.attachments,
  label: row.label,
  replyToSeq: maybe(row.replyToSeq),
  threadRootSeq: maybe(row.threadRootSeq),
  forwarded: row.forwarded,
  revision: row.revision,
  createdAt: Number(row.createdAt),
  editedAt: maybe(row.editedAt),
  deletedAt: maybe(row.deletedAt),
  expiresAt: maybe(row.expiresAt),
  pinnedAt: maybe(row.pinnedAt),
  replyCount: row.replyCount,
  lastReplySeq: maybe(row.lastReplySeq),
  reactionCounts: row.reactionCounts,
});
