import type { MemoryDatabase } from '@socialkit/core';
import { createMemoryRankingStores, type DiscoveryStores } from '@socialkit/feed';

/** Discovery in this process alone. One line a slice. */
export const createMemoryDiscoveryStores = ({
  database,
}: {
  readonly database: MemoryDatabase;
}): DiscoveryStores => ({
  ranking: createMemoryRankingStores(database.session),
});
