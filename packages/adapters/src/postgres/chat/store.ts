import type { ChatReaders, ChatStores } from '@socialkit/chat';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database.js';
import { createPostgresPresence, createPostgresPresenceReader } from '../presence/records.js';
import { createPostgresLinkReader, createPostgresLinks } from './conversations/links.js';
import { createPostgresMemberReader, createPostgresMembers } from './conversations/members.js';
import { createPostgresConversationReader, createPostgresConversations } from './conversations/store.js';
import { createPostgresMessageReaders, createPostgresMessageStores } from './messages/store.js';
import { createPostgresReceiptReader, createPostgresReceipts } from './receipts/store.js';

/** Reads what the chat keeps. */
export const createPostgresChatReaders = (db: Kysely<Database>): ChatReaders => ({
  conversations: createPostgresConversationReader(db),
  members: createPostgresMemberReader(db),
  links: createPostgresLinkReader(db),
  ...createPostgresMessageReaders(db),
  presence: createPostgresPresenceReader(db),
  receipts: createPostgresReceiptReader(db),
  // One line a port: its reader.
});

/** What the chat keeps, inside a transaction. */
export const createPostgresChat = (tx: Transaction<Database>): ChatStores => ({
  conversations: createPostgresConversations(tx),
  members: createPostgresMembers(tx),
  links: createPostgresLinks(tx),
  ...createPostgresMessageStores(tx),
  presence: createPostgresPresence(tx),
  receipts: createPostgresReceipts(tx),
  // One line a port: its store.
});
