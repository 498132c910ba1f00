export * from './merge.js';
export * from './partition.js';
export * from './store.js';
export { createMemoryPresence } from './store.memory.js';
export * from './types.js';
