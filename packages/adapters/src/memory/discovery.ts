import { type Clock, createMemoryFacts, type MemoryDatabase } from '@socialkit/core';
import {
  createMemoryFeedback,
  createMemoryGraphExport,
  createMemoryInterests,
  createMemoryItems,
  createMemoryModels,
  createMemoryPeople,
  createMemoryPostCandidates,
  createMemoryRankingStores,
  createMemoryTastes,
  createMemoryTrendLevels,
  createMemoryTrendUses,
  type DiscoveryStores,
} from '@socialkit/feed';

/** Discovery in this process alone. One line a slice. */
export const createMemoryDiscoveryStores = ({
  database,
  clock,
}: {
  readonly database: MemoryDatabase;
  readonly clock: Clock;
}): DiscoveryStores => ({
  ranking: createMemoryRankingStores(database.session),
  models: createMemoryModels(database.session),
  items: createMemoryItems(database.session),
  people: createMemoryPeople(database.session, createMemoryFacts(database.session, clock)),
  graphExport: createMemoryGraphExport(database.session, clock),
  posts: {
    candidates: createMemoryPostCandidates(database.session),
    feedback: createMemoryFeedback(database.session),
    tastes: createMemoryTastes(database.session),
  },
  interests: createMemoryInterests(database.session),
  trends: {
    uses: createMemoryTrendUses(database.session),
    levels: createMemoryTrendLevels(database.session),
  },
});
