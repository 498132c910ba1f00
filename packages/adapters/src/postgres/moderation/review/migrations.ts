import { type Kysely, sql } from 'kysely';

/** Cases and what moderators said of them. The unique key of open cases keeps the table from being partitioned. */
export async function createReviewTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE moderation_cases (
      id bigint PRIMARY KEY,
      lane text NOT NULL CHECK (lane IN ('review', 'appeal', 'quality')),
      subject_kind text NOT NULL,
      subject_id text NOT NULL,
      revision integer NOT NULL,
      content_hash text NOT NULL,
      author_id bigint NOT NULL,
      queue text NOT NULL,
      category text NOT NULL,
      severity integer NOT NULL CHECK (severity BETWEEN 1 AND 4),
      confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
      reach double precision NOT NULL,
      source text NOT NULL,
      report_weight double precision NOT NULL CHECK (report_weight >= 0),
      report_count integer NOT NULL CHECK (report_count >= 0),
      trusted boolean NOT NULL,
      rank bigint NOT NULL,
      state text NOT NULL CHECK (state IN ('open', 'escalated', 'decided', 'superseded')),
      result_id bigint,
      rules text[] NOT NULL,
      detectors text[] NOT NULL,
      simhash text,
      domains text[] NOT NULL,
      media text[] NOT NULL,
      not_by bigint[] NOT NULL,
      of_case_id bigint,
      skips integer NOT NULL DEFAULT 0,
      opened_at bigint NOT NULL,
      due_at bigint NOT NULL,
      breached_at bigint,
      claimed_by bigint,
      claimed_at bigint,
      claim_until bigint,
      tokens integer NOT NULL DEFAULT 0,
      decided_at bigint,
      decided_by bigint,
      verdict jsonb,
      overturned_at bigint,
      CHECK ((state = 'decided') = (verdict IS NOT NULL))
    )`.execute(db);
  await sql`CREATE UNIQUE INDEX moderation_cases_open
    ON moderation_cases (subject_kind, subject_id, lane, revision) WHERE state IN ('open', 'escalated')`.execute(
    db,
  );
  await sql`CREATE INDEX moderation_cases_by_rank ON moderation_cases (state, rank DESC, id)
    WHERE state IN ('open', 'escalated')`.execute(db);
  await sql`CREATE INDEX moderation_cases_by_queue ON moderation_cases (state, queue, rank DESC, id)`.execute(
    db,
  );
  await sql`CREATE INDEX moderation_cases_by_subject ON moderation_cases (subject_kind, subject_id, id DESC)`.execute(
    db,
  );
  await sql`CREATE INDEX moderation_cases_due ON moderation_cases (due_at)
    WHERE state IN ('open', 'escalated') AND breached_at IS NULL`.execute(db);
  await sql`CREATE INDEX moderation_cases_decided ON moderation_cases (decided_at) WHERE state = 'decided'`.execute(
    db,
  );
  await sql`
    CREATE TABLE case_votes (
      case_id bigint NOT NULL,
      moderator_id bigint NOT NULL,
      kind text NOT NULL CHECK (kind IN ('vote', 'skip', 'escalate')),
      decision text,
      measures jsonb NOT NULL,
      category text,
      reason text NOT NULL,
      handling_ms bigint NOT NULL,
      at bigint NOT NULL,
      PRIMARY KEY (case_id, moderator_id),
      CHECK ((kind = 'vote') = (decision IS NOT NULL))
    )`.execute(db);
  await sql`CREATE INDEX case_votes_by_time ON case_votes (at)`.execute(db);
}
