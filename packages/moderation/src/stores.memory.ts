import type { MemorySession } from '@socialkit/core';
import { createMemoryResults } from './results/store.memory.js';
import type { ModerationStores } from './stores.js';

/** The reference stores of moderation. */
export const createMemoryModeration = (session: MemorySession): ModerationStores => ({
  results: createMemoryResults(session),
  // One line a slice.
});
