export type * from './store.js';
export { createMemoryConversationStores } from './store.memory.js';
export type { ConversationEventRow } from './tables.memory.js';
export * from './types.js';
