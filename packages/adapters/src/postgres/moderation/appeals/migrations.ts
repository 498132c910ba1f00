import { type Kysely, sql } from 'kysely';

/** Appeals, one an account and decision, and how rules stand after them. */
export async function createAppealTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE appeals (
      id bigint PRIMARY KEY,
      party text NOT NULL CHECK (party IN ('author', 'reporter')),
      decision_id bigint NOT NULL,
      appellant_id bigint NOT NULL,
      subject_kind text NOT NULL,
      subject_id text NOT NULL,
      text text NOT NULL,
      category text NOT NULL,
      rule_id text,
      state text NOT NULL CHECK (state IN ('pending', 'upheld', 'overturned', 'superseded')),
      case_id bigint NOT NULL,
      not_by bigint[] NOT NULL,
      at bigint NOT NULL,
      decided_at bigint,
      answer text,
      UNIQUE (decision_id, appellant_id)
    )`.execute(db);
  await sql`CREATE INDEX appeals_appellant ON appeals (appellant_id, id DESC)`.execute(db);
  await sql`CREATE INDEX appeals_case ON appeals (case_id) WHERE state = 'pending'`.execute(db);
  await sql`
    CREATE TABLE rule_standings (
      rule_id text PRIMARY KEY,
      upheld integer NOT NULL DEFAULT 0,
      overturned integer NOT NULL DEFAULT 0,
      demoted_at bigint
    )`.execute(db);
}
