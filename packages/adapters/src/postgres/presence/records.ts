import {
  type ChosenState,
  DEFAULT_PRESENCE,
  type LastSeenAudience,
  type PresenceRecord,
  type PresenceRecordReader,
  type PresenceRecordWriter,
} from '@socialkit/chat';
import { compareIds, type Id } from '@socialkit/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

interface Row {
  readonly userId: Id;
  readonly state: ChosenState;
  readonly lastSeen: LastSeenAudience;
  readonly lastSeenAt: string | null;
}

const RECORD = sql`user_id AS "userId", state, last_seen AS "lastSeen", last_seen_at AS "lastSeenAt"`;

const asRecord = ({ state, lastSeen, lastSeenAt }: Row): PresenceRecord => ({
  state,
  lastSeen,
  lastSeenAt: lastSeenAt === null ? null : Number(lastSeenAt),
});

const findRecords = defineStatement({
  name: 'presence.find',
  params: { users: 'bigint[]' },
  build: (_, { users }) => sql<Row>`SELECT ${RECORD} FROM account_presence WHERE user_id = ANY(${users})`,
  sample: ({ ids }) => ({ users: ids }),
});

const chooseRecord = defineStatement({
  name: 'presence.choose',
  params: { user: 'bigint', state: 'text?', lastSeen: 'text?' },
  build: (_, { user, state, lastSeen }) => sql<Row>`
    INSERT INTO account_presence AS held (user_id, state, last_seen)
    VALUES (${user}, COALESCE(${state}, ${sql.lit(DEFAULT_PRESENCE.state)}),
      COALESCE(${lastSeen}, ${sql.lit(DEFAULT_PRESENCE.lastSeen)}))
    ON CONFLICT (user_id) DO UPDATE SET
      state = COALESCE(${state}, held.state), last_seen = COALESCE(${lastSeen}, held.last_seen)
    RETURNING ${RECORD}`,
  sample: ({ newest }) => ({ user: newest, state: 'dnd', lastSeen: null }),
});

const writeSightings = defineStatement({
  name: 'presence.seen',
  params: { users: 'bigint[]', times: 'bigint[]' },
  build: (_, { users, times }) => sql`
    INSERT INTO account_presence AS held (user_id, last_seen_at)
    SELECT * FROM unnest(${users}, ${times})
    ON CONFLICT (user_id) DO UPDATE SET last_seen_at = excluded.last_seen_at
    WHERE held.state <> 'invisible' AND COALESCE(held.last_seen_at, 0) < excluded.last_seen_at`,
  sample: ({ ids }) => ({ users: ids, times: ids.map(() => 1) }),
});

/** Reads what accounts chose. */
export const createPostgresPresenceReader = (db: Kysely<Database>): PresenceRecordReader => ({
  async find(userIds) {
    const rows = userIds.length === 0 ? [] : await findRecords.run(db, { users: [...userIds] });
    const found = new Map(rows.map((row) => [row.userId, asRecord(row)]));
    return new Map(userIds.map((userId) => [userId, found.get(userId) ?? DEFAULT_PRESENCE]));
  },
});

/** What accounts chose, inside a transaction. */
export const createPostgresPresence = (
  tx: Transaction<Database>,
): PresenceRecordReader & PresenceRecordWriter => ({
  ...createPostgresPresenceReader(tx),
  async choose(userId, { state, lastSeen }) {
    const row = await chooseRecord.first(tx, {
      user: userId,
      state: state ?? null,
      lastSeen: lastSeen ?? null,
    });
    if (!row) throw new Error('an upsert that answers returned nothing');
    return asRecord(row);
  },
  async seen(sightings) {
    if (sightings.length === 0) return;
    // In one order everywhere: two processes that write the same accounts wait for each other instead of locking up.
    const sorted = [...sightings].sort((a, b) => compareIds(a.userId, b.userId));
    await writeSightings.run(tx, {
      users: sorted.map(({ userId }) => userId),
      times: sorted.map(({ at }) => at),
    });
  },
});
