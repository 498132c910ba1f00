import type { Clock, MemoryDatabase, PostViewReader } from '@socialkit/core';
import {
  createMemoryDeliveries,
  createMemoryFeedTruth,
  createMemoryTimelines,
  createTimelineMap,
  type FeedStores,
  type MemoryTimelines,
} from '@socialkit/feed';

/** Two handles on one database share its timelines. */
const timelinesOf = new WeakMap<MemoryDatabase, MemoryTimelines>();

/** The feed in this process alone. */
export function createMemoryFeedStores(deps: {
  readonly database: MemoryDatabase;
  readonly clock: Clock;
  readonly views: PostViewReader;
}): FeedStores {
  const { database, clock, views } = deps;
  const timelines = timelinesOf.get(database) ?? createTimelineMap();
  timelinesOf.set(database, timelines);
  return {
    timelines: createMemoryTimelines({ clock, timelines }),
    truth: createMemoryFeedTruth(database.session, views),
    deliveries: createMemoryDeliveries(database.session),
  };
}
