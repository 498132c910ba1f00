export type * from './store.js';
export { createMemoryAppeals } from './store.memory.js';
export * from './types.js';
