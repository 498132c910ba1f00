import { type Kysely, sql } from 'kysely';

/** What the pipeline decided other than to approve. A job removes what is old, so the table needs no partitions. */
export async function createResultTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE moderation_results (
      id bigint PRIMARY KEY,
      at bigint NOT NULL,
      author_id bigint NOT NULL,
      author_tier text NOT NULL,
      locale text,
      result jsonb NOT NULL,
      facts jsonb,
      simhash text,
      domains text[] NOT NULL,
      media text[] NOT NULL,
      subject_kind text,
      subject_id text,
      revision integer,
      offence boolean,
      CHECK ((subject_kind IS NULL) = (subject_id IS NULL) AND (subject_id IS NULL) = (revision IS NULL))
    )`.execute(db);
  await sql`CREATE INDEX moderation_results_by_subject
    ON moderation_results (subject_kind, subject_id, id DESC) WHERE subject_id IS NOT NULL`.execute(db);
  await sql`CREATE INDEX moderation_results_by_time ON moderation_results (at)`.execute(db);
}
