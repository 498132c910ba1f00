import type { JoinLink, LinkReader, LinkWriter } from '@socialkit/chat';
import { type Id, MAX_ID_STRING } from '@socialkit/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../../database.js';
import { defineStatement } from '../../statement.js';

interface LinkRow {
  readonly id: Id;
  readonly conversationId: Id;
  readonly createdBy: Id;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly maxUses: number | null;
  readonly uses: number;
  readonly revokedAt: string | null;
}

const FIELDS = sql`
  l.id, l.conversation_id AS "conversationId", l.created_by AS "createdBy", l.created_at AS "createdAt",
  l.expires_at AS "expiresAt", l.max_uses AS "maxUses", l.uses, l.revoked_at AS "revokedAt"`;

const linkOf = (row: LinkRow): JoinLink => ({
  ...row,
  createdAt: Number(row.createdAt),
  expiresAt: row.expiresAt === null ? null : Number(row.expiresAt),
  revokedAt: row.revokedAt === null ? null : Number(row.revokedAt),
});

const byHash = defineStatement({
  name: 'links.by_hash',
  params: { hash: 'text' },
  build: (_, { hash }) =>
    sql<LinkRow>`SELECT ${FIELDS} FROM conversation_links AS l WHERE l.token_hash = ${hash}`,
  sample: () => ({ hash: '0' }),
});

const ofConversation = defineStatement({
  name: 'links.of_conversation',
  params: { conversation: 'bigint', before: 'bigint', limit: 'integer' },
  build: (_, { conversation, before, limit }) => sql<LinkRow>`
    SELECT ${FIELDS} FROM conversation_links AS l
    WHERE l.conversation_id = ${conversation} AND l.revoked_at IS NULL AND l.id < ${before}
    ORDER BY l.id DESC LIMIT ${limit}`,
  sample: ({ newest }) => ({ conversation: newest, before: newest, limit: 21 }),
});

const insert = defineStatement({
  name: 'links.insert',
  params: {
    id: 'bigint',
    conversation: 'bigint',
    hash: 'text',
    createdBy: 'bigint',
    createdAt: 'bigint',
    expiresAt: 'bigint?',
    maxUses: 'integer?',
  },
  build: (_, l) => sql`
    INSERT INTO conversation_links (id, conversation_id, token_hash, created_by, created_at, expires_at, max_uses)
    VALUES (${l.id}, ${l.conversation}, ${l.hash}, ${l.createdBy}, ${l.createdAt}, ${l.expiresAt}, ${l.maxUses})`,
  sample: ({ newest, now }) => ({
    id: newest,
    conversation: newest,
    hash: '0',
    createdBy: '1',
    createdAt: now,
    expiresAt: null,
    maxUses: null,
  }),
});

const use = defineStatement({
  name: 'links.use',
  params: { id: 'bigint', now: 'bigint' },
  build: (_, { id, now }) => sql`
    UPDATE conversation_links SET uses = uses + 1
    WHERE id = ${id} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ${now})
      AND (max_uses IS NULL OR uses < max_uses)`,
  sample: ({ newest, now }) => ({ id: newest, now }),
});

const revoke = defineStatement({
  name: 'links.revoke',
  params: { id: 'bigint', conversation: 'bigint', at: 'bigint' },
  build: (_, { id, conversation, at }) => sql`
    UPDATE conversation_links SET revoked_at = ${at}
    WHERE id = ${id} AND conversation_id = ${conversation} AND revoked_at IS NULL`,
  sample: ({ newest, now }) => ({ id: newest, conversation: newest, at: now }),
});

/** Reads join links. */
export function createPostgresLinkReader(db: Kysely<Database>): LinkReader {
  return {
    async byHash(hash) {
      const row = await byHash.first(db, { hash });
      return row ? linkOf(row) : null;
    },
    of: async (conversation, { before, limit }) =>
      (await ofConversation.run(db, { conversation, before: before ?? MAX_ID_STRING, limit })).map(linkOf),
  };
}

/** Reads and writes join links inside a transaction. */
export function createPostgresLinks(tx: Transaction<Database>): LinkReader & LinkWriter {
  return {
    ...createPostgresLinkReader(tx),
    async insert(link, hash) {
      const { id, conversationId: conversation, createdBy, createdAt, expiresAt, maxUses } = link;
      await insert.run(tx, { id, conversation, hash, createdBy, createdAt, expiresAt, maxUses });
    },
    use: async (id, now) => (await use.affected(tx, { id, now })) === 1,
    revoke: async (conversation, id, at) => (await revoke.affected(tx, { id, conversation, at })) === 1,
  };
}
