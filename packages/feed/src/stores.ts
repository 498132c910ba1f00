import type { InterestStore } from './interests/store.js';
import type { RankingStores } from './ranking/store.js';
import type { ItemStore } from './recommendations/items/store.js';
import type { ModelStore } from './recommendations/models/store.js';
import type { PeopleStores } from './recommendations/people/store.js';
import type { RecommendedPostStores } from './recommendations/posts/store.js';
import type { TrendGates, TrendStores } from './trending/store.js';

/** The stores of discovery: what recommendations are kept in and made from. One line a slice. */
export interface DiscoveryStores extends PeopleStores {
  readonly models: ModelStore;
  readonly items: ItemStore;
  readonly ranking: RankingStores;
  readonly posts: RecommendedPostStores;
  readonly trends: TrendStores;
  readonly interests: InterestStore;
}

/** The stores of discovery inside a unit of work. */
export interface DiscoveryUnit {
  readonly trendGates: TrendGates;
}
