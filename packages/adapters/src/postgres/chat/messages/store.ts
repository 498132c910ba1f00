import type { MessageReaders, MessageStores } from '@socialkit/chat';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database.js';
import { createPostgresDraftReader, createPostgresDrafts } from './drafts.js';
import { createPostgresConversationLog } from './log.js';
import { createPostgresMessageReader } from './reads.js';
import { createPostgresScheduled, createPostgresScheduledReader } from './scheduled.js';
import { createPostgresSends } from './sends.js';
import { createPostgresMessages } from './writes.js';

/** Reads what the messages keep. */
export const createPostgresMessageReaders = (db: Kysely<Database>): MessageReaders => ({
  messages: createPostgresMessageReader(db),
  drafts: createPostgresDraftReader(db),
  scheduled: createPostgresScheduledReader(db),
  conversationLog: createPostgresConversationLog(db),
});

/** What the messages keep, inside a transaction. */
export function createPostgresMessageStores(tx: Transaction<Database>): MessageStores {
  const messages = createPostgresMessages(tx);
  return {
    ...createPostgresMessageReaders(tx),
    messages,
    sends: createPostgresSends(tx, messages),
    drafts: createPostgresDrafts(tx),
    scheduled: createPostgresScheduled(tx),
  };
}
