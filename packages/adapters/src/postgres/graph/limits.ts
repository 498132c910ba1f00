import type { BlockReader, BlockWriter, Edge, MuteEdge, MuteReader, MuteWriter } from '@socialkit/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import { visibleAccount } from '../access/index.js';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';
import { belowAll, defineListing } from './listing.js';

const findBlock = defineStatement({
  name: 'blocks.find',
  params: { blocker: 'bigint', blocked: 'bigint' },
  build: (_, { blocker, blocked }) => sql`
    SELECT 1 FROM blocks WHERE blocker_id = ${blocker} AND blocked_id = ${blocked}`,
  sample: () => ({ blocker: '1', blocked: '2' }),
});

const listBlocked = defineListing('blocks.list', {
  table: 'blocks',
  own: 'blocker_id',
  other: 'blocked_id',
});

const insertBlock = defineStatement({
  name: 'blocks.insert',
  params: { blocker: 'bigint', blocked: 'bigint', id: 'bigint' },
  build: (_, { blocker, blocked, id }) => sql`
    INSERT INTO blocks (blocker_id, blocked_id, id) VALUES (${blocker}, ${blocked}, ${id})
    ON CONFLICT DO NOTHING`,
  sample: () => ({ blocker: '1', blocked: '2', id: '3' }),
});

const removeBlock = defineStatement({
  name: 'blocks.remove',
  params: { blocker: 'bigint', blocked: 'bigint' },
  build: (_, { blocker, blocked }) => sql`
    DELETE FROM blocks WHERE blocker_id = ${blocker} AND blocked_id = ${blocked}`,
  sample: () => ({ blocker: '1', blocked: '2' }),
});

/** Reads blocks from PostgreSQL. */
export const createPostgresBlockReader = (db: Kysely<Database>): BlockReader => ({
  isBlocking: async (blocker, blocked) => (await findBlock.first(db, { blocker, blocked })) !== undefined,
  // Without a viewer: the listing shows exactly the accounts its reader cannot see.
  blocked: (blocker, page) => listBlocked(db, blocker, { ...page, viewer: null }),
});

/** Writes blocks within a transaction. */
export const createPostgresBlockWriter = (tx: Transaction<Database>): BlockWriter => ({
  insert: async (blocker, blocked, id) => (await insertBlock.affected(tx, { blocker, blocked, id })) === 1,
  remove: async (blocker, blocked) => (await removeBlock.affected(tx, { blocker, blocked })) === 1,
});

interface MuteRow {
  readonly accountId: string;
  readonly id: string;
  readonly scope: MuteEdge['scope'];
  readonly expiresAt: string | null;
}

const listMuted = defineStatement({
  name: 'mutes.list',
  params: { muter: 'bigint', after: 'bigint', limit: 'integer', now: 'bigint' },
  build: (_, { muter, after, limit, now }) => sql<MuteRow>`
    SELECT e.muted_id AS "accountId", e.id, e.scope, e.expires_at AS "expiresAt"
    FROM mutes AS e
    JOIN accounts AS a ON a.id = e.muted_id
    WHERE e.muter_id = ${muter} AND e.id < ${after} AND (e.expires_at IS NULL OR e.expires_at > ${now})
      AND ${visibleAccount({ account: 'a', viewer: muter })}
    ORDER BY e.id DESC
    LIMIT ${limit}`,
  sample: ({ newest, now }) => ({ muter: '1', after: newest, limit: 21, now }),
});

const setMute = defineStatement({
  name: 'mutes.set',
  params: {
    muter: 'bigint',
    muted: 'bigint',
    scope: 'text',
    id: 'bigint',
    expiresAt: 'bigint?',
    now: 'bigint',
  },
  build: (_, { muter, muted, scope, id, expiresAt, now }) => sql`
    INSERT INTO mutes AS m (muter_id, muted_id, scope, id, expires_at)
    VALUES (${muter}, ${muted}, ${scope}, ${id}, ${expiresAt})
    ON CONFLICT (muter_id, muted_id, scope) DO UPDATE
    SET expires_at = excluded.expires_at,
        id = CASE WHEN m.expires_at <= ${now} THEN excluded.id ELSE m.id END
    WHERE m.expires_at IS DISTINCT FROM excluded.expires_at OR m.expires_at <= ${now}`,
  sample: ({ now }) => ({ muter: '1', muted: '2', scope: 'all', id: '3', expiresAt: null, now }),
});

const removeMute = defineStatement({
  name: 'mutes.remove',
  params: { muter: 'bigint', muted: 'bigint', scope: 'text', now: 'bigint' },
  build: (_, { muter, muted, scope, now }) => sql<{ held: boolean }>`
    DELETE FROM mutes WHERE muter_id = ${muter} AND muted_id = ${muted} AND scope = ${scope}
    RETURNING expires_at IS NULL OR expires_at > ${now} AS held`,
  sample: ({ now }) => ({ muter: '1', muted: '2', scope: 'all', now }),
});

const removeExpired = defineStatement({
  name: 'mutes.remove_expired',
  params: { muter: 'bigint', now: 'bigint' },
  build: (_, { muter, now }) => sql`DELETE FROM mutes WHERE muter_id = ${muter} AND expires_at <= ${now}`,
  sample: ({ now }) => ({ muter: '1', now }),
});

/** Reads mutes from PostgreSQL. */
export const createPostgresMuteReader = (db: Kysely<Database>): MuteReader => ({
  async muted(muter, { after, limit, now }) {
    const rows = await listMuted.run(db, { muter, after: belowAll(after), limit, now });
    return rows.map((row): MuteEdge & Edge => ({
      ...row,
      expiresAt: row.expiresAt === null ? null : Number(row.expiresAt),
    }));
  },
});

/** Writes mutes within a transaction. */
export const createPostgresMuteWriter = (tx: Transaction<Database>): MuteWriter => ({
  set: async ({ muterId: muter, mutedId: muted, scope, id, expiresAt }, now) =>
    (await setMute.affected(tx, { muter, muted, scope, id, expiresAt, now })) === 1,
  remove: async (muter, muted, scope, now) =>
    (await removeMute.first(tx, { muter, muted, scope, now }))?.held ?? false,
  async removeExpired(muter, now) {
    await removeExpired.run(tx, { muter, now });
  },
});
