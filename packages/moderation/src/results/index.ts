export { createResultsBacktest, type StoredBacktestOptions } from './backtest-stored.js';
export { createResultKeeper } from './keep.js';
export { createResultPurge, RESULT_PURGE_QUEUE } from './purge.js';
export type * from './store.js';
export { createMemoryResults } from './store.memory.js';
export * from './types.js';
