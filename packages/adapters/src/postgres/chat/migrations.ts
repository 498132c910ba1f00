import type { Migration } from 'kysely/migration';
import { createConversationTables } from './migrations-conversations.js';
import { createMessageTables } from './migrations-messages.js';

/** Tables of the chat. */
export const chatMigrations: Readonly<Record<string, Migration>> = {
  '0070_chat': {
    async up(db) {
      await createConversationTables(db);
      await createMessageTables(db);
    },
  },
};
