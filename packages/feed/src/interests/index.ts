export { createInterests, type Interests, type InterestsService } from './interests-service.js';
export { interestOperations } from './operations.js';
export * from './store.js';
export { createMemoryInterests } from './store.memory.js';
export {
  ACTION_VALUES,
  CHOSEN_WEIGHT,
  INTEREST_HALF_LIFE_MS,
  INTEREST_KINDS,
  type Interest,
  type InterestKind,
  MAX_INTERESTS,
  type PersonalHashtag,
  REMEMBERED_INTERESTS,
} from './types.js';
export type { InterestOptions } from './unit.js';
