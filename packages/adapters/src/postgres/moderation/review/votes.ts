import type { Id } from '@socialkit/core';
import type { CaseVote, VoteReader, VoteWriter } from '@socialkit/moderation';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../../database.js';
import { defineStatement } from '../../statement.js';

type VoteRow = Omit<CaseVote, 'handlingMs' | 'at'> & { readonly handlingMs: string; readonly at: string };

const ofCase = defineStatement({
  name: 'case_votes.of_case',
  params: { id: 'bigint' },
  build: (_, { id }) => sql<VoteRow>`
    SELECT case_id AS "caseId", moderator_id AS "moderatorId", kind, decision, measures, category, reason,
      handling_ms AS "handlingMs", at
    FROM case_votes WHERE case_id = ${id} ORDER BY at, moderator_id`,
  sample: ({ newest }) => ({ id: newest }),
});

const insert = defineStatement({
  name: 'case_votes.insert',
  params: {
    id: 'bigint',
    moderator: 'bigint',
    kind: 'text',
    decision: 'text?',
    measures: 'jsonb',
    category: 'text?',
    reason: 'text',
    handling: 'bigint',
    at: 'bigint',
  },
  build: (_, { id, moderator, kind, decision, measures, category, reason, handling, at }) => sql`
    INSERT INTO case_votes (case_id, moderator_id, kind, decision, measures, category, reason, handling_ms, at)
    VALUES (${id}, ${moderator}, ${kind}, ${decision}, ${measures}, ${category}, ${reason}, ${handling}, ${at})
    ON CONFLICT (case_id, moderator_id) DO NOTHING`,
  sample: ({ newest, now }) => ({
    id: newest,
    moderator: '1',
    kind: 'skip',
    decision: null,
    measures: '[]',
    category: null,
    reason: 'x',
    handling: 1,
    at: now,
  }),
});

/** Reads what moderators said. */
export const createPostgresVoteReader = (db: Kysely<Database>): VoteReader => ({
  ofCase: async (id: Id) =>
    (await ofCase.run(db, { id })).map((row) => ({
      ...row,
      handlingMs: Number(row.handlingMs),
      at: Number(row.at),
    })),
});

/** Reads and writes it inside a transaction. */
export const createPostgresVotes = (tx: Transaction<Database>): VoteReader & VoteWriter => ({
  ...createPostgresVoteReader(tx),
  insert: async ({ caseId, moderatorId, kind, decision, measures, category, reason, handlingMs, at }) =>
    (await insert.affected(tx, {
      id: caseId,
      moderator: moderatorId,
      kind,
      decision,
      measures: JSON.stringify(measures),
      category,
      reason,
      handling: handlingMs,
      at,
    })) === 1,
});
