import type { Clock } from '@socialkit/core';
import type { FeedStores, TimelineOptions } from '@socialkit/feed';
import type { Kysely } from 'kysely';
import type { Database } from '../database.js';
import type { PostgresPostViews } from '../hydrate/index.js';
import { createPostgresDeliveries } from './deliveries.js';
import { createPostgresTimelines } from './timelines.js';
import { createPostgresFeedTruth } from './truth.js';

/** The feed in PostgreSQL alone; with Redis only the timelines move. */
export const createPostgresFeedStores = (
  deps: { readonly db: Kysely<Database>; readonly clock: Clock; readonly views: PostgresPostViews },
  options: TimelineOptions = {},
): FeedStores => ({
  timelines: createPostgresTimelines(deps, options),
  truth: createPostgresFeedTruth(deps),
  deliveries: createPostgresDeliveries(deps.db),
});
