export { reactionOperations } from './operations.js';
export type { ReactStores } from './react.js';
export { createReactionsService, type ReactionsDeps, type ReactionsService } from './reactions-service.js';
export type { ReactionReaders } from './reads.js';
export type { ReactionOptions } from './settings.js';
export type * from './store.js';
export { createMemoryReactions } from './store.memory.js';
export * from './types.js';
