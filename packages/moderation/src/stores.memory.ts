import type { MemorySession } from '@socialkit/core';
import { createMemoryAppeals } from './appeals/store.memory.js';
import { createMemoryAuditChain } from './audit-chain/store.memory.js';
import { createMemoryReports } from './reports/store.memory.js';
import { createMemoryResults } from './results/store.memory.js';
import { createMemoryCases } from './review/store.memory.js';
import { createMemorySignals } from './signals/store.memory.js';
import type { ModerationStores } from './stores.js';
import { createMemoryStrikes } from './strikes/store.memory.js';

/** The reference stores of moderation. */
export const createMemoryModeration = (session: MemorySession): ModerationStores => ({
  results: createMemoryResults(session),
  ...createMemoryReports(session),
  ...createMemoryCases(session),
  ...createMemoryAppeals(session),
  auditChain: createMemoryAuditChain(session),
  ...createMemorySignals(session),
  strikes: createMemoryStrikes(session),
  // One line a slice.
});
