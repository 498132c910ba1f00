import { type Kysely, sql } from 'kysely';

/** What was posted lately, automatic removals of the last hour, and learned models. Jobs and takers remove what is old. */
export async function createSignalTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE posted_texts (
      id bigint PRIMARY KEY,
      author_id text NOT NULL,
      at bigint NOT NULL,
      simhash bigint,
      pieces integer[] NOT NULL
    )`.execute(db);
  await sql`CREATE INDEX posted_texts_author ON posted_texts (author_id, at)`.execute(db);
  await sql`CREATE INDEX posted_texts_time ON posted_texts (at)`.execute(db);
  await sql`CREATE INDEX posted_texts_pieces ON posted_texts USING gin (pieces)`.execute(db);
  await sql`
    CREATE TABLE posted_domains (domain text PRIMARY KEY, first_at bigint NOT NULL, last_at bigint NOT NULL)`.execute(
    db,
  );
  await sql`CREATE INDEX posted_domains_last ON posted_domains (last_at)`.execute(db);
  await sql`CREATE TABLE automatic_removals (id bigint PRIMARY KEY, at bigint NOT NULL)`.execute(db);
  await sql`CREATE INDEX automatic_removals_time ON automatic_removals (at)`.execute(db);
  await sql`
    CREATE TABLE spam_models (
      name text NOT NULL,
      version integer NOT NULL,
      state bytea NOT NULL,
      PRIMARY KEY (name, version)
    )`.execute(db);
}
