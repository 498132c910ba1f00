export {
  type HostAlgorithm,
  type HostPost,
  hostPostSchema,
  type Interaction,
  MAX_HOST_POSTS,
} from './host-algorithm.js';
export * from './limits.js';
export { POST_LIST_MS, POSTS, type RankedQuery } from './lists.js';
export { recommendedPostOperations } from './operations.js';
export {
  createRecommendedPosts,
  type RecommendedPostDeps,
  type RecommendedPostOptions,
  type RecommendedPosts,
  type RecommendedPostsService,
} from './recommended-posts.js';
export type * from './store.js';
export { MAX_FEEDBACK } from './store.js';
export { createMemoryFeedback, createMemoryPostCandidates, createMemoryTastes } from './store.memory.js';
export { TASTES } from './tastes.js';
export * from './types.js';
