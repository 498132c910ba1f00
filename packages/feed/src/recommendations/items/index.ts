export { createItems, ITEMS_QUEUE, type Items, type ItemsDeps, type ItemsService } from './items-service.js';
export { ITEMS_PERMISSION, itemOperations } from './operations.js';
export type * from './store.js';
export { createMemoryItems } from './store.memory.js';
export * from './types.js';
