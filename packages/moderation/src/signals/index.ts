export { createSpamLearner } from './learn.js';
export { decodeSpamModel, encodeSpamModel } from './model-bytes.js';
export type * from './store.js';
export { createMemorySignals } from './store.memory.js';
export { createStoredRemovalBudget } from './stored-budget.js';
export {
  createPostingsPurge,
  createStoredPostHistory,
  POSTING_WINDOWS,
  POSTINGS_PURGE_QUEUE,
} from './stored-history.js';
export {
  createStoredSpamModel,
  type StoredSpamModel,
  type StoredSpamModelOptions,
} from './stored-spam-model.js';
