export type * from './store.js';
export { createMemoryStrikes } from './store.memory.js';
export * from './types.js';
