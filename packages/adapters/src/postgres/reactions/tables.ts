/** Tables of the reactions. */
export interface ReactionTables {
  reactions: ReactionsTable;
}

/** Partitioned by target, so that the key "one of a kind per user and target" holds. */
export interface ReactionsTable {
  target_id: string;
  user_id: string;
  kind: string;
  target_kind: 'post' | 'comment';
  id: string;
}
