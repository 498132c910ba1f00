export { createRedisTimelines, type RedisTimelineOptions } from './timelines.js';
