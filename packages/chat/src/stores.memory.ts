import type { MemorySession } from '@socialkit/core';
import { createMemoryConversationStores } from './conversations/store.memory.js';
import { createMemoryPresenceRecords } from './presence/records.memory.js';
import type { ChatStores } from './stores.js';

/** The reference stores of the chat. */
export const createMemoryChat = (session: MemorySession): ChatStores => ({
  ...createMemoryConversationStores(session),
  presence: createMemoryPresenceRecords(session),
  // One line a slice.
});
