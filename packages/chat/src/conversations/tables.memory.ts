import type { Id, MemoryTables } from '@socialkit/core';
import type { Conversation, JoinLink, Member } from './types.js';

/** A row of the reference store: a conversation and when it was deleted (Unix ms). */
export interface ConversationRow extends Conversation {
  readonly deletedAt: number | null;
}

/** An event of a conversation's log as it is stored. */
export interface ConversationEventRow {
  readonly conversationId: Id;
  readonly offset: number;
  readonly type: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly by: Id | null;
  /** The message it concerns. */
  readonly seq: number | null;
  readonly only: readonly Id[] | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Rows by id. */
export const conversationRows = (tables: MemoryTables) => tables.table<ConversationRow>('conversations');
/** Rows by `keyOf(conversationId, userId)`. */
export const memberRows = (tables: MemoryTables) => tables.table<Member>('conversation_members');
/** Rows by id. */
export const linkRows = (tables: MemoryTables) =>
  tables.table<JoinLink & { readonly tokenHash: string }>('conversation_links');
/** Rows by `keyOf(conversationId, offset)`. */
export const eventRows = (tables: MemoryTables) => tables.table<ConversationEventRow>('conversation_events');
