import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What only recounts need: every counted row can be found by what it counts for. */
export const counterMigrations: Readonly<Record<string, Migration>> = {
  '0055_counters': {
    async up(db) {
      await sql`CREATE INDEX bookmarks_by_post ON bookmarks (post_id)`.execute(db);
    },
  },
};
