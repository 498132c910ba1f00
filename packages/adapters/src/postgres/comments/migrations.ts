import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { partitionByMonth } from '../partitions.js';

/** Tables of the comments. */
export const commentMigrations: Readonly<Record<string, Migration>> = {
  '0040_comments': {
    async up(db) {
      await sql`
        CREATE TABLE comments (
          id bigint PRIMARY KEY,
          post_id bigint NOT NULL,
          parent_id bigint,
          root_id bigint,
          reply_to_id bigint,
          depth integer NOT NULL CHECK (depth >= 0),
          author_id bigint NOT NULL,
          status text NOT NULL CHECK (status IN ('published', 'under_review', 'flagged', 'deleted')),
          text text NOT NULL,
          entities jsonb NOT NULL,
          label text,
          hidden_at bigint,
          published_at bigint,
          revision integer NOT NULL,
          edited_at bigint,
          deleted_at bigint,
          reply_count integer NOT NULL DEFAULT 0 CHECK (reply_count >= 0),
          reaction_count integer NOT NULL DEFAULT 0 CHECK (reaction_count >= 0),
          reaction_counts jsonb NOT NULL DEFAULT '{}'
            CHECK (NOT jsonb_path_exists(reaction_counts, '$.* ? (@ < 0)'))
        ) ${partitionByMonth('id')}`.execute(db);
      // What a comment hangs under, post or comment, in one expression: with IS NULL the index would give no order.
      await sql`CREATE INDEX comments_by_place ON comments (coalesce(parent_id, post_id), id)`.execute(db);
      await sql`CREATE INDEX comments_by_reactions
        ON comments (coalesce(parent_id, post_id), reaction_count DESC, id DESC)`.execute(db);
      await sql`CREATE INDEX comments_by_author ON comments (author_id, id DESC)`.execute(db);

      await sql`
        CREATE TABLE comment_threads (
          post_id bigint PRIMARY KEY,
          first_id bigint NOT NULL,
          last_id bigint NOT NULL,
          pinned_id bigint
        )`.execute(db);
    },
  },
};
