import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Tables of trending. */
export const trendMigrations: Readonly<Record<string, Migration>> = {
  '0100_trends': {
    async up(db) {
      await sql`
        CREATE TABLE trend_uses (
          kind text NOT NULL CHECK (kind IN ('hashtag', 'link', 'post')),
          subject text NOT NULL,
          actor_id bigint NOT NULL,
          source text NOT NULL,
          post_id bigint NOT NULL,
          cell text NOT NULL,
          at bigint NOT NULL
        )`.execute(db);
      // A link may be longer than an index entry.
      await sql`CREATE UNIQUE INDEX trend_uses_key ON trend_uses (source, kind, md5(subject), actor_id)`.execute(
        db,
      );
      await sql`CREATE INDEX trend_uses_by_time ON trend_uses (at, kind)`.execute(db);
      await sql`CREATE INDEX trend_uses_by_subject ON trend_uses (kind, md5(subject), at)`.execute(db);
      await sql`CREATE INDEX trend_uses_by_post ON trend_uses (post_id)`.execute(db);
      await sql`CREATE INDEX trend_uses_by_actor ON trend_uses (actor_id)`.execute(db);
      // Written anew by every look: room in the page spares the index.
      await sql`
        CREATE TABLE trend_levels (
          trend_window text NOT NULL,
          kind text NOT NULL,
          cell text NOT NULL,
          subject text NOT NULL,
          score double precision NOT NULL,
          at bigint NOT NULL,
          started_at bigint,
          usual double precision NOT NULL,
          actors integer NOT NULL,
          expected double precision NOT NULL,
          uses integer NOT NULL,
          peak_at bigint NOT NULL,
          PRIMARY KEY (trend_window, kind, cell, subject)
        ) WITH (fillfactor = 70)`.execute(db);
      await sql`
        CREATE TABLE trend_gates (
          kind text NOT NULL,
          subject text NOT NULL,
          id bigint NOT NULL CONSTRAINT trend_gates_id UNIQUE,
          reason text NOT NULL,
          PRIMARY KEY (kind, subject)
        )`.execute(db);
    },
  },
};
