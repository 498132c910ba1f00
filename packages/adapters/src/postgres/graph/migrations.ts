import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

type Schema = Parameters<Migration['up']>[0];

/** A directed edge: a row per ordered pair, listed from either end newest first without touching the table. */
async function createEdges(
  db: Schema,
  table: string,
  from: string,
  to: string,
  ends: readonly ('from' | 'to')[],
): Promise<void> {
  await sql`
    CREATE TABLE ${sql.table(table)} (
      ${sql.ref(from)} bigint NOT NULL,
      ${sql.ref(to)} bigint NOT NULL,
      id bigint NOT NULL,
      PRIMARY KEY (${sql.ref(from)}, ${sql.ref(to)}),
      CHECK (${sql.ref(from)} <> ${sql.ref(to)})
    )`.execute(db);
  if (ends.includes('from')) await listFrom(db, table, from, to);
  if (ends.includes('to')) await listFrom(db, table, to, from);
}

const listFrom = (db: Schema, table: string, own: string, other: string) =>
  sql`
    CREATE INDEX ${sql.ref(`${table}_by_${own.replace('_id', '')}`)}
    ON ${sql.table(table)} (${sql.ref(own)}, id DESC) INCLUDE (${sql.ref(other)})`.execute(db);

/** Entries of one account: a row per key, listed newest first. */
const createOwn = async (db: Schema, table: string, key: string, type: string, expires: boolean) => {
  await sql`
    CREATE TABLE ${sql.table(table)} (
      user_id bigint NOT NULL,
      ${sql.ref(key)} ${sql.raw(type)} NOT NULL,
      id bigint NOT NULL,
      ${sql.raw(expires ? 'expires_at bigint,' : '')}
      PRIMARY KEY (user_id, ${sql.ref(key)})
    )`.execute(db);
  await sql`CREATE INDEX ${sql.ref(`${table}_by_user`)} ON ${sql.table(table)} (user_id, id DESC)`.execute(
    db,
  );
};

/** Tables of the graph. */
export const graphMigrations: Readonly<Record<string, Migration>> = {
  '0020_graph': {
    async up(db) {
      await createEdges(db, 'follows', 'follower_id', 'followee_id', ['from', 'to']);
      await sql`ALTER TABLE follows ADD COLUMN hide_reposts boolean NOT NULL DEFAULT false`.execute(db);
      // Fan-out reads the followers of an author in pages by account id, from the index alone.
      await sql`CREATE INDEX follows_fan_out ON follows (followee_id, follower_id)`.execute(db);

      await createEdges(db, 'follow_requests', 'requester_id', 'target_id', ['from', 'to']);
      await sql`ALTER TABLE follow_requests ADD COLUMN hide_reposts boolean NOT NULL DEFAULT false`.execute(
        db,
      );

      await createEdges(db, 'friendships', 'user_id', 'friend_id', ['from']);
      await createEdges(db, 'friend_requests', 'requester_id', 'target_id', ['from', 'to']);

      await createEdges(db, 'blocks', 'blocker_id', 'blocked_id', ['from']);
      await sql`CREATE INDEX blocks_by_blocked ON blocks (blocked_id, blocker_id)`.execute(db);

      await sql`
        CREATE TABLE mutes (
          muter_id bigint NOT NULL,
          muted_id bigint NOT NULL,
          scope text NOT NULL CHECK (scope IN ('all', 'reposts')),
          id bigint NOT NULL,
          expires_at bigint,
          PRIMARY KEY (muter_id, muted_id, scope),
          CHECK (muter_id <> muted_id)
        )`.execute(db);
      await sql`CREATE INDEX mutes_by_muter ON mutes (muter_id, id DESC)`.execute(db);

      await createOwn(db, 'muted_words', 'word', 'text', true);
      await createOwn(db, 'muted_threads', 'post_id', 'bigint', true);
      await createOwn(db, 'followed_hashtags', 'tag', 'text', false);
    },
  },
  '0021_mute_expiry': {
    async up(db) {
      // Maintenance removes what has ended, whoever muted it; most mutes have no end.
      for (const table of ['mutes', 'muted_words', 'muted_threads'])
        await sql`CREATE INDEX ${sql.ref(`${table}_expiry`)} ON ${sql.table(table)} (expires_at)
          WHERE expires_at IS NOT NULL`.execute(db);
    },
  },
};
