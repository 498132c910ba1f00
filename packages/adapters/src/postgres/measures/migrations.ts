import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Restrictions: they outlive what they restrict, and are few beside it, so that they are not partitioned. */
export const measureMigrations: Readonly<Record<string, Migration>> = {
  '0120_measures': {
    async up(db: Kysely<unknown>) {
      await sql`
        CREATE TABLE measures (
          id bigint PRIMARY KEY,
          decision_id bigint NOT NULL,
          subject_kind text NOT NULL
            CHECK (subject_kind IN ('post', 'comment', 'message', 'account', 'conversation')),
          subject_id text NOT NULL,
          author_id bigint NOT NULL,
          revision integer,
          kind text NOT NULL
            CHECK (kind IN ('label', 'blur', 'limit', 'demote', 'remove', 'suspend', 'hold')),
          label text,
          until bigint,
          case_id bigint,
          grounds jsonb NOT NULL,
          actor_id text NOT NULL,
          at bigint NOT NULL,
          content_at bigint NOT NULL,
          language text,
          ended_at bigint,
          ended_how text CHECK (ended_how IN ('reversed', 'expired', 'replaced')),
          CHECK ((ended_at IS NULL) = (ended_how IS NULL))
        )`.execute(db);
      await sql`CREATE INDEX measures_active ON measures (subject_kind, subject_id) WHERE ended_at IS NULL`.execute(
        db,
      );
      await sql`CREATE INDEX measures_author ON measures (author_id, id DESC)`.execute(db);
      await sql`CREATE INDEX measures_decision ON measures (decision_id)`.execute(db);
      await sql`CREATE INDEX measures_at ON measures (at, id)`.execute(db);
      await sql`ALTER TABLE posts ADD COLUMN demoted boolean NOT NULL DEFAULT false`.execute(db);
    },
  },
};
