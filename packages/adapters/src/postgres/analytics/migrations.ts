import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const EVENT = sql`
  day integer NOT NULL,
  kind text COLLATE "C" NOT NULL,
  id bigint NOT NULL,
  version bigint NOT NULL,
  ts bigint NOT NULL,
  actor bigint NOT NULL,
  subject bigint NOT NULL,
  author bigint NOT NULL,
  value integer NOT NULL,
  depth smallint NOT NULL,
  source text`;

/** Tables of the analytics. */
export const analyticsMigrations: Readonly<Record<string, Migration>> = {
  '0180_analytics': {
    async up(db) {
      await sql`CREATE TABLE an_event (${EVENT}, PRIMARY KEY (day, kind, id)) PARTITION BY RANGE (day)`.execute(
        db,
      );
      await sql`CREATE INDEX an_event_by_author ON an_event (author, ts)`.execute(db);
      await sql`CREATE INDEX an_event_shared ON an_event (actor, subject) WHERE kind = 'impression' AND depth > 0`.execute(
        db,
      );
      // Days that were not made ahead: an event that comes late is not lost for want of a partition.
      await sql`CREATE TABLE an_event_other PARTITION OF an_event DEFAULT`.execute(db);
      await sql`CREATE TABLE an_correction (${EVENT}, PRIMARY KEY (day, kind, id))`.execute(db);
      await sql`CREATE INDEX an_correction_by_author ON an_correction (author, ts)`.execute(db);

      // Only ever inserted and removed: writers of one hour do not wait for each other.
      await sql`
        CREATE TABLE an_mark (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          author bigint NOT NULL,
          hour integer NOT NULL
        )`.execute(db);
      await sql`CREATE INDEX an_mark_by_hour ON an_mark (hour, author)`.execute(db);

      await sql`
        CREATE TABLE an_rollup (
          author bigint NOT NULL,
          subject bigint NOT NULL,
          span smallint NOT NULL,
          start integer NOT NULL,
          layer smallint NOT NULL,
          counts bigint[] NOT NULL,
          sketches bytea NOT NULL,
          PRIMARY KEY (author, span, subject, start, layer)
        )`.execute(db);
      // All subjects of an hour are replaced together.
      await sql`CREATE INDEX an_rollup_by_start ON an_rollup (author, span, start) WHERE span < 2`.execute(
        db,
      );

      await sql`
        CREATE TABLE an_post (
          post bigint PRIMARY KEY,
          author bigint NOT NULL,
          ts bigint NOT NULL,
          type text NOT NULL,
          tags text[] NOT NULL,
          followers integer NOT NULL,
          version bigint NOT NULL,
          live boolean NOT NULL
        )`.execute(db);
      await sql`CREATE INDEX an_post_by_author ON an_post (author, ts DESC, post DESC) WHERE live`.execute(
        db,
      );

      await sql`
        CREATE TABLE an_fan (
          author bigint NOT NULL,
          day integer NOT NULL,
          account bigint NOT NULL,
          value integer NOT NULL,
          PRIMARY KEY (author, day, account)
        )`.execute(db);
      await sql`CREATE TABLE an_active (day integer, account bigint, PRIMARY KEY (day, account))`.execute(db);
      await sql`CREATE TABLE an_account (account bigint PRIMARY KEY, day integer NOT NULL)`.execute(db);
      await sql`CREATE INDEX an_account_by_day ON an_account (day)`.execute(db);
      await sql`
        CREATE TABLE an_audience (
          author bigint PRIMARY KEY,
          at bigint NOT NULL,
          n integer NOT NULL,
          splits jsonb NOT NULL
        )`.execute(db);
    },
  },
};
