import { MAX_ID_STRING } from '@socialkit/core';
import type { TrendGate, TrendGates } from '@socialkit/feed';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

const block = defineStatement({
  name: 'trends.block',
  params: { kind: 'text', subject: 'text', id: 'bigint', reason: 'text' },
  build: (_, { kind, subject, id, reason }) => sql<{ isNew: boolean }>`
    INSERT INTO trend_gates (kind, subject, id, reason) VALUES (${kind}, ${subject}, ${id}, ${reason})
    ON CONFLICT (kind, subject) DO UPDATE SET id = excluded.id, reason = excluded.reason
    RETURNING xmax = 0 AS "isNew"`,
  sample: () => ({ kind: 'hashtag', subject: 'tea', id: '1', reason: 'spam' }),
});

const unblock = defineStatement({
  name: 'trends.unblock',
  params: { kind: 'text', subject: 'text' },
  build: (_, { kind, subject }) => sql`DELETE FROM trend_gates WHERE kind = ${kind} AND subject = ${subject}`,
  sample: () => ({ kind: 'hashtag', subject: 'tea' }),
});

const among = defineStatement({
  name: 'trends.gated',
  params: { kind: 'text', subjects: 'text[]' },
  build: (_, { kind, subjects }) => sql<{ subject: string }>`
    SELECT subject FROM trend_gates WHERE kind = ${kind} AND subject = ANY(${subjects})`,
  sample: () => ({ kind: 'hashtag', subjects: ['tea'] }),
});

const list = defineStatement({
  name: 'trends.gates',
  params: { after: 'bigint', limit: 'integer' },
  build: (_, { after, limit }) => sql<TrendGate>`
    SELECT id, kind, subject, reason FROM trend_gates WHERE id < ${after} ORDER BY id DESC LIMIT ${limit}`,
  sample: ({ newest }) => ({ after: newest, limit: 21 }),
});

/** What staff keep from trending, in PostgreSQL. @param db a database, or the transaction a decision is part of */
export const createPostgresTrendGates = (db: Kysely<Database>): TrendGates => ({
  block: async (gate) => (await block.first(db, gate))?.isNew ?? false,
  unblock: async (kind, subject) => (await unblock.affected(db, { kind, subject })) === 1,
  async among(kind, subjects) {
    if (subjects.length === 0) return new Set();
    return new Set((await among.run(db, { kind, subjects })).map(({ subject }) => subject));
  },
  list: (after, limit) => list.run(db, { after: after ?? MAX_ID_STRING, limit }),
});
