/** Tables of user streams. Offsets are dense for each account; times are Unix milliseconds. */
export interface RealtimeTables {
  user_streams: UserStreamsTable;
  user_stream_events: UserStreamEventsTable;
  stream_epochs: StreamEpochsTable;
  realtime_tickets: RealtimeTicketsTable;
}

/** The head of each account's stream; the row orders its writers. */
export interface UserStreamsTable {
  user_id: string;
  last_offset: string;
}

/** What happened to an account. Partitioned by hash of `user_id`. */
export interface UserStreamEventsTable {
  user_id: string;
  offset: string;
  type: string;
  at: string;
  by_id: string | null;
  data: unknown;
}

/** One row: the history that all offsets of this database belong to. */
export interface StreamEpochsTable {
  id: boolean;
  epoch: string;
}

/** Tickets for opening a socket; what is kept is their hash. */
export interface RealtimeTicketsTable {
  hash: string;
  account_id: string;
  expires_at: string;
}
