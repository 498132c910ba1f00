import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { partitionByMonth } from '../partitions.js';

/** Tables of recommendations. */
export const recommendationMigrations: Readonly<Record<string, Migration>> = {
  '0150_rankings': {
    async up(db) {
      await sql`
        CREATE TABLE rec_lists (
          kind text NOT NULL,
          user_id bigint NOT NULL,
          snapshot bigint NOT NULL,
          profile text NOT NULL,
          mark text NOT NULL,
          items json NOT NULL,
          expires_at bigint NOT NULL,
          PRIMARY KEY (user_id, kind, snapshot)
        )`.execute(db);
      await sql`CREATE INDEX rec_lists_expiry ON rec_lists (expires_at)`.execute(db);
      await sql`
        CREATE TABLE rec_profiles (
          kind text NOT NULL,
          version text NOT NULL,
          config jsonb NOT NULL,
          share integer NOT NULL CHECK (share BETWEEN 1 AND 1000),
          PRIMARY KEY (kind, version)
        )`.execute(db);
      await sql`
        CREATE TABLE rec_dismissed (
          user_id bigint NOT NULL,
          kind text NOT NULL,
          item text NOT NULL,
          expires_at bigint NOT NULL,
          PRIMARY KEY (user_id, kind, item)
        )`.execute(db);
      await sql`CREATE INDEX rec_dismissed_expiry ON rec_dismissed (expires_at)`.execute(db);
      await sql`
        CREATE TABLE rec_served (
          request_id bigint NOT NULL,
          position integer NOT NULL,
          user_id bigint NOT NULL,
          kind text NOT NULL,
          item text NOT NULL,
          source text NOT NULL,
          profile text NOT NULL,
          propensity double precision NOT NULL,
          PRIMARY KEY (request_id, position)
        ) ${partitionByMonth('request_id')}`.execute(db);
      await sql`CREATE INDEX rec_served_by_user ON rec_served (user_id, kind, request_id DESC)`.execute(db);
    },
  },
  '0151_open_places': {
    async up(db) {
      // Only what its owner shows to everybody: the words of the condition are those of the query.
      await sql`
        CREATE INDEX accounts_open_place ON accounts ((
          CASE WHEN field_visibility ->> 'location' = 'public' AND NOT is_private THEN lower(btrim(location)) END
        )) WHERE location IS NOT NULL`.execute(db);
    },
  },
  '0152_models': {
    async up(db) {
      await sql`
        CREATE TABLE rec_models (
          kind text NOT NULL,
          version bigint NOT NULL,
          factors integer NOT NULL,
          recall double precision NOT NULL,
          active boolean NOT NULL,
          PRIMARY KEY (kind, version)
        )`.execute(db);
      await sql`
        CREATE TABLE rec_vectors (
          kind text NOT NULL,
          version bigint NOT NULL,
          side text NOT NULL CHECK (side IN ('users', 'items')),
          shard integer NOT NULL,
          ids json NOT NULL,
          data bytea NOT NULL,
          PRIMARY KEY (kind, version, side, shard)
        )`.execute(db);
    },
  },
  '0153_interactions': {
    async up(db) {
      await sql`
        CREATE TABLE rec_interactions (
          catalogue text NOT NULL,
          user_id bigint NOT NULL,
          item text NOT NULL,
          at bigint NOT NULL,
          PRIMARY KEY (catalogue, user_id, item)
        )`.execute(db);
      await sql`CREATE INDEX rec_interactions_by_item ON rec_interactions (catalogue, item)`.execute(db);
    },
  },
};
