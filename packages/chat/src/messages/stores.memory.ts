import type { FactsReader, MemorySession } from '@socialkit/core';
import {
  createMemoryConversationLog,
  createMemoryDrafts,
  createMemoryScheduled,
} from './store.asides.memory.js';
import type { MessageStores } from './store.js';
import { createMemoryMessages } from './store.memory.js';
import { createMemorySends } from './store.sends.memory.js';

/** The reference stores of this slice. */
export function createMemoryMessageStores(session: MemorySession, facts: FactsReader): MessageStores {
  return {
    messages: createMemoryMessages(session),
    sends: createMemorySends(session, facts),
    drafts: createMemoryDrafts(session),
    scheduled: createMemoryScheduled(session),
    conversationLog: createMemoryConversationLog(session),
  };
}
