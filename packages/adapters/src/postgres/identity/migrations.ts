import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Tables of identity. */
export const identityMigrations: Readonly<Record<string, Migration>> = {
  '0010_identity': {
    async up(db) {
      // Counters change with every follow and post: room on the page lets those updates stay off the indexes.
      await sql`
        CREATE TABLE accounts (
          id bigint PRIMARY KEY,
          external_id text CONSTRAINT accounts_external_id UNIQUE,
          handle text NOT NULL CONSTRAINT accounts_handle UNIQUE,
          handle_skeleton text NOT NULL CONSTRAINT accounts_handle_skeleton UNIQUE,
          display_name text NOT NULL,
          first_name text,
          last_name text,
          bio text NOT NULL DEFAULT '',
          avatar jsonb,
          verified_issuer text,
          verified_at bigint,
          location text,
          birth_date date,
          gender text,
          field_visibility jsonb NOT NULL DEFAULT '{}',
          custom jsonb NOT NULL DEFAULT '{}',
          is_private boolean NOT NULL DEFAULT false,
          discoverable boolean NOT NULL DEFAULT true,
          role text NOT NULL DEFAULT 'user',
          state text NOT NULL DEFAULT 'active'
            CHECK (state IN ('active', 'limited', 'suspended', 'deactivated')),
          state_reason text,
          resume_state text CHECK (resume_state IN ('active', 'limited', 'suspended')),
          label text,
          label_source text CHECK (label_source IN ('gate', 'staff')),
          follower_count integer NOT NULL DEFAULT 0 CHECK (follower_count >= 0),
          following_count integer NOT NULL DEFAULT 0 CHECK (following_count >= 0),
          friend_count integer NOT NULL DEFAULT 0 CHECK (friend_count >= 0),
          post_count integer NOT NULL DEFAULT 0 CHECK (post_count >= 0),
          last_post_id bigint,
          revision integer NOT NULL DEFAULT 1,
          created_at bigint NOT NULL,
          updated_at bigint NOT NULL
        ) WITH (fillfactor = 85)`.execute(db);
    },
  },
  '0011_released_handles': {
    async up(db) {
      await sql`
        CREATE TABLE released_handles (
          skeleton text PRIMARY KEY,
          account_id bigint NOT NULL,
          expires_at bigint NOT NULL
        )`.execute(db);
      await sql`CREATE INDEX released_handles_expiry ON released_handles (expires_at)`.execute(db);
    },
  },
};
