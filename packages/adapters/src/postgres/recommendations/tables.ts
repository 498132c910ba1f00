/** Tables of recommendations. What they hold can be made again, but for dismissals and experiments. */
export interface RecommendationTables {
  rec_lists: RankedListsTable;
  rec_profiles: RankingProfilesTable;
  rec_dismissed: DismissalsTable;
  rec_served: ServedTable;
  rec_models: ModelsTable;
  rec_vectors: VectorsTable;
  rec_interactions: InteractionsTable;
}

/** Ranked lists, the newest two of each user and kind. */
export interface RankedListsTable {
  kind: string;
  user_id: string;
  snapshot: string;
  profile: string;
  mark: string;
  /** `[id, score, because, propensity?]` each. */
  items: string;
  /** Unix ms. */
  expires_at: string;
}

/** Weight sets under experiment. */
export interface RankingProfilesTable {
  kind: string;
  version: string;
  config: string;
  share: number;
}

export interface DismissalsTable {
  user_id: string;
  kind: string;
  item: string;
  /** Unix ms. */
  expires_at: string;
}

/** What was shown to whom. Partitioned by month of `request_id`. */
export interface ServedTable {
  request_id: string;
  position: number;
  user_id: string;
  kind: string;
  item: string;
  source: string;
  profile: string;
  propensity: number;
}

/** Trained models. */
export interface ModelsTable {
  kind: string;
  version: string;
  factors: number;
  recall: number;
  active: boolean;
}

/** Shards of their vectors. */
export interface VectorsTable {
  kind: string;
  version: string;
  side: 'users' | 'items';
  shard: number;
  /** JSON array of texts. */
  ids: string;
  /** 32-bit floats, little-endian. */
  data: Uint8Array;
}

/** Who took which items of the host's catalogues. */
export interface InteractionsTable {
  catalogue: string;
  user_id: string;
  item: string;
  /** Unix ms. */
  at: string;
}
