import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { partitionByMonth } from '../partitions.js';

/** Tables of the posts. Only `posts` itself grows by the month; what hangs on it is keyed by its id. */
export const postMigrations: Readonly<Record<string, Migration>> = {
  '0030_posts': {
    async up(db) {
      // Counters change often: room on the page lets those updates stay off the indexes.
      await sql`
        CREATE TABLE posts (
          id bigint PRIMARY KEY,
          author_id bigint NOT NULL,
          status text NOT NULL
            CHECK (status IN ('draft', 'scheduled', 'published', 'under_review', 'flagged', 'deleted')),
          visibility text NOT NULL CHECK (visibility IN ('public', 'followers', 'friends', 'private')),
          type text NOT NULL CHECK (type IN ('text', 'image', 'video', 'link', 'poll')),
          text text NOT NULL,
          entities jsonb NOT NULL,
          media jsonb NOT NULL,
          has_media boolean NOT NULL,
          link jsonb,
          content_warning text,
          label text,
          comment_policy text NOT NULL
            CHECK (comment_policy IN ('everyone', 'followers', 'following', 'mentioned', 'nobody')),
          repost_of_id bigint,
          quote_of_id bigint,
          language text,
          expires_at bigint,
          scheduled_at bigint,
          published_at bigint,
          edited_at bigint,
          deleted_at bigint,
          revision integer NOT NULL,
          reaction_count integer NOT NULL DEFAULT 0 CHECK (reaction_count >= 0),
          reaction_counts jsonb NOT NULL DEFAULT '{}'
            CHECK (NOT jsonb_path_exists(reaction_counts, '$.* ? (@ < 0)')),
          comment_count integer NOT NULL DEFAULT 0 CHECK (comment_count >= 0),
          repost_count integer NOT NULL DEFAULT 0 CHECK (repost_count >= 0),
          quote_count integer NOT NULL DEFAULT 0 CHECK (quote_count >= 0),
          bookmark_count integer NOT NULL DEFAULT 0 CHECK (bookmark_count >= 0)
        ) ${partitionByMonth('id')}`.execute(db);
      // Skeletons are read from these two alone.
      await sql`
        CREATE INDEX posts_by_author ON posts (author_id, id DESC) INCLUDE (repost_of_id, has_media)
        WHERE status = 'published'`.execute(db);
      await sql`
        CREATE INDEX posts_public ON posts (id DESC) INCLUDE (author_id, repost_of_id, has_media)
        WHERE status = 'published' AND visibility = 'public'`.execute(db);

      await sql`CREATE TABLE post_drafts (author_id bigint, post_id bigint, PRIMARY KEY (author_id, post_id))`.execute(
        db,
      );
      await sql`CREATE TABLE post_aliases (draft_id bigint PRIMARY KEY, post_id bigint NOT NULL)`.execute(db);
      await sql`
        CREATE TABLE post_revisions (
          post_id bigint,
          revision integer,
          text text NOT NULL,
          entities jsonb NOT NULL,
          media jsonb NOT NULL,
          link jsonb,
          content_warning text,
          written_at bigint NOT NULL,
          PRIMARY KEY (post_id, revision)
        )`.execute(db);

      await sql`CREATE TABLE hashtags (tag text PRIMARY KEY, post_count integer NOT NULL DEFAULT 0 CHECK (post_count >= 0))`.execute(
        db,
      );
      await sql`CREATE TABLE post_hashtags (tag text, post_id bigint, PRIMARY KEY (tag, post_id))`.execute(
        db,
      );
      await sql`CREATE INDEX post_hashtags_by_post ON post_hashtags (post_id)`.execute(db);
      await sql`CREATE TABLE post_mentions (post_id bigint, account_id bigint, PRIMARY KEY (post_id, account_id))`.execute(
        db,
      );

      await sql`
        CREATE TABLE reposts (
          author_id bigint,
          original_id bigint,
          post_id bigint NOT NULL,
          PRIMARY KEY (author_id, original_id)
        )`.execute(db);
      await sql`CREATE INDEX reposts_by_original ON reposts (original_id, post_id DESC) INCLUDE (author_id)`.execute(
        db,
      );
      await sql`
        CREATE TABLE quotes (
          original_id bigint,
          post_id bigint,
          author_id bigint NOT NULL,
          PRIMARY KEY (original_id, post_id)
        )`.execute(db);

      await sql`
        CREATE TABLE polls (
          post_id bigint PRIMARY KEY,
          multiple boolean NOT NULL,
          duration_ms bigint NOT NULL,
          expires_at bigint,
          voter_count integer NOT NULL DEFAULT 0 CHECK (voter_count >= 0)
        )`.execute(db);
      await sql`
        CREATE TABLE poll_options (
          post_id bigint,
          position integer,
          text text NOT NULL,
          vote_count integer NOT NULL DEFAULT 0 CHECK (vote_count >= 0),
          PRIMARY KEY (post_id, position)
        )`.execute(db);
      // The key is what makes it one ballot a person, whatever races.
      await sql`
        CREATE TABLE poll_ballots (
          post_id bigint,
          user_id bigint,
          positions integer[] NOT NULL,
          PRIMARY KEY (post_id, user_id)
        )`.execute(db);

      await sql`CREATE TABLE bookmarks (user_id bigint, post_id bigint, id bigint NOT NULL, PRIMARY KEY (user_id, post_id))`.execute(
        db,
      );
      await sql`CREATE INDEX bookmarks_by_user ON bookmarks (user_id, id DESC) INCLUDE (post_id)`.execute(db);
      await sql`CREATE TABLE pins (user_id bigint, post_id bigint, id bigint NOT NULL, PRIMARY KEY (user_id, post_id))`.execute(
        db,
      );
    },
  },
};
