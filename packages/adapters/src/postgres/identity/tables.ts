import type { JSONColumnType } from 'kysely';

/** Tables of identity. `bigint` columns arrive as decimal strings; times are Unix milliseconds. */
export interface IdentityTables {
  accounts: AccountsTable;
  released_handles: ReleasedHandlesTable;
}

/** One row per account; counters are changed by the counters slice, `last_post_id` by posts. */
export interface AccountsTable {
  id: string;
  external_id: string | null;
  handle: string;
  handle_skeleton: string;
  display_name: string;
  first_name: string | null;
  last_name: string | null;
  bio: string;
  avatar: JSONColumnType<{ ref: string; alt: string | null }> | null;
  verified_issuer: string | null;
  verified_at: string | null;
  location: string | null;
  /** `YYYY-MM-DD` as text: the driver would make an instant of a date. */
  birth_date: string | null;
  gender: string | null;
  field_visibility: JSONColumnType<Record<string, 'public' | 'followers' | 'friends' | 'private'>>;
  custom: JSONColumnType<Record<string, unknown>>;
  is_private: boolean;
  discoverable: boolean;
  role: string;
  state: 'active' | 'limited' | 'suspended' | 'deactivated';
  state_reason: string | null;
  resume_state: 'active' | 'limited' | 'suspended' | null;
  label: string | null;
  label_source: 'gate' | 'staff' | null;
  follower_count: number;
  following_count: number;
  friend_count: number;
  post_count: number;
  last_post_id: string | null;
  revision: number;
  created_at: string;
  updated_at: string;
}

/** Table `released_handles`: handles kept for who gave them up. */
export interface ReleasedHandlesTable {
  skeleton: string;
  account_id: string;
  expires_at: string;
}
