export type { PresenceTransport } from './changes.js';
export type { PresenceUnit } from './choose.js';
export type { PresenceConnection } from './connections.js';
export { createPresenceExtension, deviceClassOf, PRESENCE_TOPIC } from './extension.js';
export * from './merge.js';
export { presenceOperations, typingOperations } from './operations.js';
export * from './partition.js';
export {
  createPresence,
  type Presence,
  type PresenceDeps,
  type PresenceOptions,
  type PresenceService,
} from './presence-service.js';
export { createMemoryPresenceRecords } from './records.memory.js';
export { canViewPresence } from './rules.js';
export * from './store.js';
export { createMemoryPresence } from './store.memory.js';
export { createPresenceTracker, type PresenceTracker, type TrackerOptions } from './tracker.js';
export * from './types.js';
export {
  createTyping,
  MAX_TYPING_MEMBERS,
  TYPING_EXPIRES_MS,
  TYPING_REPEAT_MS,
  type Typing,
  type TypingDeps,
  type TypingService,
} from './typing.js';
export type { PresenceReaders } from './view.js';
export type { PresenceChange, PresenceWatches } from './watches.js';
