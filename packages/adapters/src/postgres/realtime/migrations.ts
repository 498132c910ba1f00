import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Partitions of the log: enough that vacuuming one is short work. */
const PARTITIONS = 16;

/** Tables of realtime. */
export const realtimeMigrations: Readonly<Record<string, Migration>> = {
  '0080_realtime': {
    async up(db) {
      await sql`
        CREATE TABLE user_streams (
          user_id bigint PRIMARY KEY,
          last_offset bigint NOT NULL
        ) WITH (fillfactor = 80)`.execute(db);
      await sql`
        CREATE TABLE user_stream_events (
          user_id bigint NOT NULL,
          "offset" bigint NOT NULL,
          type text NOT NULL,
          at bigint NOT NULL,
          by_id bigint,
          data jsonb NOT NULL,
          PRIMARY KEY (user_id, "offset")
        ) PARTITION BY HASH (user_id)`.execute(db);
      for (let n = 0; n < PARTITIONS; n++)
        await sql`
          CREATE TABLE ${sql.table(`user_stream_events_${n}`)} PARTITION OF user_stream_events
          FOR VALUES WITH (MODULUS ${sql.lit(PARTITIONS)}, REMAINDER ${sql.lit(n)})`.execute(db);
      // Rows arrive in the order of time: the oldest are found without an index entry a row.
      await sql`CREATE INDEX user_stream_events_at ON user_stream_events USING brin (at)
        WITH (pages_per_range = 16)`.execute(db);
      await sql`
        CREATE TABLE stream_epochs (
          id boolean PRIMARY KEY DEFAULT true CHECK (id),
          epoch text NOT NULL
        )`.execute(db);
      await sql`
        CREATE TABLE realtime_tickets (
          hash text PRIMARY KEY,
          account_id bigint NOT NULL,
          expires_at bigint NOT NULL
        )`.execute(db);
      await sql`CREATE INDEX realtime_tickets_expiry ON realtime_tickets (expires_at)`.execute(db);
    },
  },
};
