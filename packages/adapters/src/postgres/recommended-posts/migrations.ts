import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Tables of the recommended posts. */
export const recommendedPostMigrations: Readonly<Record<string, Migration>> = {
  '0195_recommended_posts': {
    async up(db) {
      await sql`
        CREATE TABLE post_feedback (
          user_id bigint NOT NULL,
          post_id bigint NOT NULL,
          kind text COLLATE "C" NOT NULL,
          author_id bigint NOT NULL,
          tags text[] NOT NULL,
          at bigint NOT NULL,
          PRIMARY KEY (user_id, post_id)
        )`.execute(db);
      await sql`CREATE INDEX post_feedback_by_user ON post_feedback (user_id, at DESC, post_id DESC)`.execute(
        db,
      );
      await sql`CREATE INDEX post_feedback_refused ON post_feedback (post_id) WHERE kind = 'not_interested'`.execute(
        db,
      );
    },
  },
};
