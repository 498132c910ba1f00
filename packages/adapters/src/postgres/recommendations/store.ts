import type { Clock } from '@socialkit/core';
import type { DiscoveryStores } from '@socialkit/feed';
import type { Kysely } from 'kysely';
import type { Database } from '../database.js';
import { createPostgresInterests } from '../interests/store.js';
import {
  createPostgresFeedback,
  createPostgresPostCandidates,
  createPostgresTastes,
} from '../recommended-posts/store.js';
import { createPostgresTrendStores } from '../trends/store.js';
import { createPostgresItems } from './items.js';
import { createPostgresModels } from './models.js';
import { createPostgresPeople } from './people.js';
import { createPostgresRankingStores } from './ranking.js';

/** Discovery in PostgreSQL. One line a slice. */
export const createPostgresDiscoveryStores = (deps: {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
}): DiscoveryStores => ({
  ranking: createPostgresRankingStores(deps),
  models: createPostgresModels(deps.db),
  items: createPostgresItems(deps.db),
  ...createPostgresPeople(deps),
  posts: {
    candidates: createPostgresPostCandidates(deps.db),
    feedback: createPostgresFeedback(deps.db),
    tastes: createPostgresTastes(deps.db),
  },
  trends: createPostgresTrendStores(deps.db),
  interests: createPostgresInterests(deps.db),
});
