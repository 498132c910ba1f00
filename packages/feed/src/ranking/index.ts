export { authorDiversity } from './author-diversity.js';
export { blend } from './blend.js';
export { SOURCE_DEADLINE_MS } from './collect.js';
export {
  createRankingEngine,
  type Ranking,
  type RankingEngine,
  type RankingParts,
  type RankingRequest,
} from './engine.js';
export { assignProfile, bucketOf, type StoredProfile } from './experiments.js';
export { EXPLORE_POOL, type Explorer } from './explore.js';
export { afterAnswer, type ListPage, readListPage } from './list-page.js';
export { MMR_DEPTH, maximalMarginalRelevance, mmrOrder } from './mmr.js';
export {
  createProfile,
  DEFAULT_POST_PROFILE,
  MAX_CANDIDATES,
  MAX_PER_SOURCE,
  POST_PROFILES,
  profileSchema,
  type RankingProfile,
} from './profile.js';
export { createRandom, type Random } from './random.js';
export type * from './store.js';
export { MAX_LIST } from './store.js';
export { createMemoryRankingStores } from './store.memory.js';
export * from './types.js';
