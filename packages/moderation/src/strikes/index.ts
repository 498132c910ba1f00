export type * from './store.js';
export { createMemoryStrikes } from './store.memory.js';
export { createStrikesService, type StrikesService, strikeOperations } from './strikes-service.js';
export * from './types.js';
