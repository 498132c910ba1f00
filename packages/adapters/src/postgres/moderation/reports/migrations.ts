import { type Kysely, sql } from 'kysely';

/** Reports and those who make them. The unique key of open reports keeps the table from being partitioned. */
export async function createReportTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE reports (
      id bigint PRIMARY KEY,
      reporter_id bigint NOT NULL,
      subject_kind text NOT NULL,
      subject_id text NOT NULL,
      revision integer NOT NULL,
      author_id bigint NOT NULL,
      reason text NOT NULL,
      note text,
      weight double precision NOT NULL CHECK (weight >= 0),
      trusted boolean NOT NULL,
      muted boolean NOT NULL,
      young boolean NOT NULL,
      crowd bigint NOT NULL,
      state text NOT NULL CHECK (state IN ('open', 'upheld', 'declined', 'moot')),
      case_id bigint,
      at bigint NOT NULL,
      decided_at bigint,
      CHECK ((state = 'open') = (decided_at IS NULL))
    )`.execute(db);
  await sql`CREATE UNIQUE INDEX reports_open ON reports (subject_kind, subject_id, reporter_id)
    WHERE state = 'open'`.execute(db);
  await sql`CREATE INDEX reports_by_reporter ON reports (reporter_id, id DESC)`.execute(db);
  await sql`CREATE INDEX reports_by_case ON reports (case_id, id) WHERE case_id IS NOT NULL`.execute(db);
  await sql`CREATE INDEX reports_by_author ON reports (author_id) WHERE state = 'upheld'`.execute(db);
  await sql`
    CREATE TABLE reporters (
      account_id bigint PRIMARY KEY,
      upheld integer NOT NULL DEFAULT 0 CHECK (upheld >= 0),
      declined integer NOT NULL DEFAULT 0 CHECK (declined >= 0),
      trusted boolean NOT NULL DEFAULT false,
      muted_until bigint
    )`.execute(db);
}
