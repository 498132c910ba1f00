import type { ChosenState, LastSeenAudience } from '@socialkit/chat';

/** Tables of presence. */
export interface PresenceTables {
  account_presence: AccountPresenceTable;
}

/** What accounts chose, and when they were last connected (Unix milliseconds). Who never chose and never came has no row. */
export interface AccountPresenceTable {
  user_id: string;
  state: ChosenState;
  last_seen: LastSeenAudience;
  last_seen_at: string | null;
}
