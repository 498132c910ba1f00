import type { Clock } from '@socialkit/core';
import type { DiscoveryStores } from '@socialkit/feed';
import type { Kysely } from 'kysely';
import type { Database } from '../database.js';
import { createPostgresRankingStores } from './ranking.js';

/** Discovery in PostgreSQL. One line a slice. */
export const createPostgresDiscoveryStores = (deps: {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
}): DiscoveryStores => ({
  ranking: createPostgresRankingStores(deps),
});
