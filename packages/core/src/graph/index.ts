export type { BlockOutcome } from './block.js';
export * from './events.js';
export type { FollowOutcome } from './follow.js';
export type { FriendOptions, FriendOutcome } from './friend.js';
export * from './graph-service.js';
export type { HeldLimits } from './limits.js';
export type { GraphReadDeps } from './listing.js';
export type { MuteOutcome } from './mute.js';
export { graphOperations } from './operations.js';
export type { GraphUnit, GraphWriteDeps } from './pair.js';
export * from './store.js';
export * from './store.memory.js';
export * from './subscribers.js';
export type { HashtagOutcome, TopicLimits } from './topics.js';
export {
  type Connection,
  connectionSchema,
  MAX_COUNTED,
  MAX_RELATIONSHIP_BATCH,
  type Overview,
  type Relationship,
  relationshipSchema,
} from './types.js';
export { canonicalWord, createWordFilter, hashtagSchema, MAX_MUTED_WORD, mutedWordSchema } from './words.js';
