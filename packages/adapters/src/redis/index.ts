export { createRedisCache, type RedisCacheOptions } from './cache.js';
export { createRedisClient, type RedisClient, type RedisEndpoint } from './client.js';
export {
  isRedisOutage,
  type OpenRedisOptions,
  openRedis,
  openRedisLink,
  REDIS_DEADLINE_MS,
  REDIS_PREFIX,
  REDIS_PURPOSES,
  type RedisLink,
  type RedisLinks,
  type RedisPurpose,
  type RedisPurposeOptions,
} from './connection.js';
export { createRedisPresence } from './presence/index.js';
export { createRedisRateLimiter, type RedisRateLimiterOptions } from './rate-limiter.js';
export { defineScript, type RedisScript } from './script.js';
export { shareSlot, slotOf } from './slots.js';
export { createRedisTail } from './tail/tail.js';
export { createRedisTimelines, type RedisTimelineOptions } from './timelines/index.js';
export { createRedisTransport, type RedisTransport } from './transport.js';
