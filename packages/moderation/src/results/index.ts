export { createResultsBacktest, type StoredBacktestOptions } from './backtest-stored.js';
export { createResultKeeper } from './keep.js';
export type * from './store.js';
export { createMemoryResults } from './store.memory.js';
export * from './types.js';
