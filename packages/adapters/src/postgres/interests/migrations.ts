import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Tables of interests. */
export const interestMigrations: Readonly<Record<string, Migration>> = {
  '0170_interests': {
    async up(db) {
      await sql`
        CREATE TABLE user_interests (
          user_id bigint,
          kind text CHECK (kind IN ('hashtag', 'type', 'hour', 'cell')),
          value text,
          mark double precision,
          chosen boolean NOT NULL DEFAULT false,
          removed boolean NOT NULL DEFAULT false,
          PRIMARY KEY (user_id, kind, value)
        ) WITH (fillfactor = 80)`.execute(db);
      await sql`
        CREATE TABLE user_interest_events (
          user_id bigint,
          event_id bigint,
          at bigint NOT NULL,
          PRIMARY KEY (user_id, event_id)
        )`.execute(db);
      await sql`CREATE INDEX user_interest_events_by_time ON user_interest_events (at)`.execute(db);
      await sql`CREATE TABLE user_interests_off (user_id bigint PRIMARY KEY)`.execute(db);
    },
  },
};
