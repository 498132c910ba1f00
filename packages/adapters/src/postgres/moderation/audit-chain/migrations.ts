import { type Kysely, sql } from 'kysely';

/** Seals of the staff log. What stands in it already waits to be sealed. */
export async function createAuditChainTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE audit_seals (
      seq bigint PRIMARY KEY,
      audit_id bigint NOT NULL UNIQUE,
      prev_hash text NOT NULL,
      hash text NOT NULL
    )`.execute(db);
  await sql`CREATE TABLE audit_unsealed (audit_id bigint PRIMARY KEY)`.execute(db);
  await sql`INSERT INTO audit_unsealed SELECT id FROM audit_log`.execute(db);
  await sql`CREATE INDEX audit_log_at ON audit_log (at, id)`.execute(db);
}
