import type { Id, MemoryTables } from '@socialkit/core';
import type { MessageReaction } from './store.js';
import type { Draft, Message, MessageKey, MessageRevision, ScheduledMessage } from './types.js';

/** Rows by `keyOf(conversationId, seq)`. */
export const messageRows = (tables: MemoryTables) => tables.table<Message>('messages');
/** Rows by `keyOf(conversationId, seq, revision)`. */
export const revisionRows = (tables: MemoryTables) =>
  tables.table<MessageRevision & MessageKey>('message_revisions');
/** Rows by `keyOf(conversationId, seq, userId, kind)`. */
export const reactionRows = (tables: MemoryTables) =>
  tables.table<MessageReaction & MessageKey>('message_reactions');
/** Rows by `keyOf(conversationId, userId, seq)`. */
export const mentionRows = (tables: MemoryTables) =>
  tables.table<MessageKey & { readonly userId: Id }>('message_mentions');
/** Rows by `keyOf(conversationId, userId, seq)`. */
export const hiddenRows = (tables: MemoryTables) =>
  tables.table<MessageKey & { readonly userId: Id }>('message_hidden');
/** Rows by `keyOf(conversationId, userId)`: when somebody last sent where there is slow mode. */
export const paceRows = (tables: MemoryTables) => tables.table<{ readonly sentAt: number }>('message_paces');
/** Rows by `keyOf(userId, conversationId)`. */
export const draftRows = (tables: MemoryTables) => tables.table<Draft>('message_drafts');
/** Rows by id. */
export const scheduledRows = (tables: MemoryTables) => tables.table<ScheduledMessage>('scheduled_messages');
