import { type Clock, createMemoryFacts, type MemorySession } from '@socialkit/core';
import { createMemoryConversationStores } from './conversations/store.memory.js';
import { createMemoryMessageStores } from './messages/stores.memory.js';
import { createMemoryPresenceRecords } from './presence/records.memory.js';
import { createMemoryReceipts } from './receipts/store.memory.js';
import type { ChatStores } from './stores.js';

/** The reference stores of the chat. */
export const createMemoryChat = (session: MemorySession, clock: Clock): ChatStores => ({
  ...createMemoryConversationStores(session),
  ...createMemoryMessageStores(session, createMemoryFacts(session, clock)),
  presence: createMemoryPresenceRecords(session),
  receipts: createMemoryReceipts(session),
  // One line a slice.
});
