import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { partitionByMonth } from '../partitions.js';

/** Tables of the reactions. */
export const reactionMigrations: Readonly<Record<string, Migration>> = {
  '0050_reactions': {
    async up(db) {
      // A kind is compared, never read as words: bytes order it.
      await sql`
        CREATE TABLE reactions (
          target_id bigint NOT NULL,
          user_id bigint NOT NULL,
          kind text COLLATE "C" NOT NULL,
          target_kind text NOT NULL CHECK (target_kind IN ('post', 'comment')),
          id bigint NOT NULL,
          PRIMARY KEY (target_id, user_id, kind)
        ) ${partitionByMonth('target_id')}`.execute(db);
      // Lists of one kind read it in order; lists of all kinds merge the few kinds a target has.
      await sql`CREATE INDEX reactions_by_target ON reactions (target_id, kind, id DESC)`.execute(db);
      await sql`CREATE INDEX reactions_by_user ON reactions (user_id, id DESC)`.execute(db);
    },
  },
};
