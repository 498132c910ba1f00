export { createMemoryRateLimiter, type MemoryRateLimiterOptions } from './rate-limiter.js';
export { createMemoryStorage } from './storage.js';
