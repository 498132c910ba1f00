export { createMemoryDeliveries } from './deliveries.memory.js';
export { createFanOut, type Delivered, type FanOut, type FanOutDeps } from './fan-out.js';
export {
  createFeed,
  createFeedService,
  type Feed,
  type FeedDeps,
  type FeedService,
} from './feed-service.js';
export type { HintTransport } from './hints.js';
export { FEED_PERMISSION, feedOperations } from './operations.js';
export { type FeedOptions, resolveFeedOptions } from './options.js';
export { createTimelineBuilder, type Rebuilt, type TimelineBuilder } from './rebuild.js';
export type * from './store.js';
export { createMemoryTimelines, createTimelineMap, type MemoryTimelines } from './store.memory.js';
export { BUILD_LIMIT_MS, resolveTimelineOptions, type TimelineOptions } from './store.options.js';
export type { FeedWorker } from './subscribers.js';
export { createMemoryFeedTruth } from './truth.memory.js';
export * from './types.js';
