import type { RankingStores } from './ranking/store.js';

/** The stores of discovery: what recommendations are kept in and made from. One line a slice. */
export interface DiscoveryStores {
  readonly ranking: RankingStores;
}
