import { type Kysely, sql } from 'kysely';

/** Strikes, one an account and decision. */
export async function createStrikeTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE strikes (
      id bigint PRIMARY KEY,
      account_id bigint NOT NULL,
      decision_id bigint NOT NULL,
      category text NOT NULL,
      weight integer NOT NULL CHECK (weight > 0),
      at bigint NOT NULL,
      expires_at bigint NOT NULL,
      revoked_at bigint,
      UNIQUE (decision_id, account_id)
    )`.execute(db);
  await sql`CREATE INDEX strikes_account ON strikes (account_id, id DESC)`.execute(db);
}
