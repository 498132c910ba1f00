import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Tables of presence. */
export const presenceMigrations: Readonly<Record<string, Migration>> = {
  '0090_presence': {
    async up(db) {
      // A sighting changes no indexed column: room on the page keeps it there.
      await sql`
        CREATE TABLE account_presence (
          user_id bigint PRIMARY KEY,
          state text NOT NULL DEFAULT 'online' CHECK (state IN ('online', 'idle', 'dnd', 'invisible')),
          last_seen text NOT NULL DEFAULT 'contacts' CHECK (last_seen IN ('everyone', 'contacts', 'nobody')),
          last_seen_at bigint
        ) WITH (fillfactor = 80)`.execute(db);
    },
  },
};
