export * from './conversations/index.js';
export * from './messages/index.js';
export * from './presence/index.js';
export * from './receipts/index.js';
export * from './stores.js';
export { createMemoryChat } from './stores.memory.js';
