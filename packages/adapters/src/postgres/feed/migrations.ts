import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { partitionByMonth } from '../partitions.js';

/** Tables of the feed. */
export const feedMigrations: Readonly<Record<string, Migration>> = {
  '0060_feed': {
    async up(db) {
      // Its rows change with every long read of a reader; room in the page spares its index.
      await sql`
        CREATE TABLE feed_timelines (
          user_id bigint PRIMARY KEY,
          build bigint NOT NULL,
          building boolean NOT NULL,
          floor bigint NOT NULL,
          oldest bigint NOT NULL,
          ends_at bigint NOT NULL
        ) WITH (fillfactor = 80)`.execute(db);
      await sql`
        CREATE TABLE feed_entries (
          user_id bigint NOT NULL,
          post_id bigint NOT NULL,
          PRIMARY KEY (user_id, post_id)
        ) ${partitionByMonth('post_id')}`.execute(db);
      await sql`
        CREATE TABLE feed_authors (
          author_id bigint PRIMARY KEY,
          mode text NOT NULL CHECK (mode IN ('push', 'pull')),
          since bigint NOT NULL,
          active_followers integer NOT NULL,
          posts_per_day double precision NOT NULL,
          evaluated_at bigint NOT NULL
        )`.execute(db);
      await sql`
        CREATE TABLE feed_state (
          one boolean PRIMARY KEY DEFAULT true CHECK (one),
          distrust_up_to bigint NOT NULL
        )`.execute(db);
      await sql`
        CREATE TABLE feed_progress (
          post_id bigint PRIMARY KEY,
          watermark bigint NOT NULL
        )`.execute(db);
      await sql`
        CREATE TABLE feed_pages (
          day integer PRIMARY KEY,
          pages bigint NOT NULL
        )`.execute(db);
    },
  },
};
