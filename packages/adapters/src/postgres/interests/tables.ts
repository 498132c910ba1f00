import type { InterestKind } from '@socialkit/feed';

/** Tables of interests. */
export interface InterestTables {
  user_interests: {
    user_id: string;
    kind: InterestKind;
    value: string;
    /** log2 of the weight at the beginning of time; null when it was only chosen or removed. */
    mark: number | null;
    chosen: boolean;
    removed: boolean;
  };
  /** Events that were counted; `at` is Unix ms. */
  user_interest_events: { user_id: string; event_id: string; at: string };
  /** Who does not want to be learned about. */
  user_interests_off: { user_id: string };
}
