export * from './operations.js';
export * from './search-service.js';
export * from './store.js';
export { createMemorySearch } from './store.memory.js';
export {
  type AccountHit,
  type CountedHashtag,
  type FoundAccount,
  type HashtagHit,
  MAX_COUNTED_POSTS,
  MAX_QUERY_LENGTH,
  MAX_QUERY_WORDS,
} from './types.js';
export { type AccountQuery, accountQuery, queryWords } from './words.js';
