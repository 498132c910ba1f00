import {
  type CaseReader,
  type CaseReaders,
  type CaseStatsReader,
  type CaseStores,
  type CaseWriter,
  NEAR,
  type ReviewCase,
} from '@socialkit/moderation';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database.js';
import { fieldsOf, update } from './change.js';
import { type CaseRow, caseOf } from './columns.js';
import * as statements from './statements.js';
import * as stats from './stats.js';
import { createPostgresVoteReader, createPostgresVotes } from './votes.js';

function createCaseReader(db: Kysely<Database>): CaseReader {
  return {
    async byIds(ids) {
      if (ids.length === 0) return new Map();
      const rows = await statements.byIds.run(db, { ids });
      return new Map(rows.map((row) => [row.id, caseOf(row)] as const));
    },
    list: async ({ states, queue, notQueues, after, limit }) =>
      (
        await statements.list.run(db, {
          states,
          queue,
          notQueues,
          rank: after?.rank ?? null,
          id: after?.id ?? null,
          limit,
        })
      ).map(caseOf),
    ofSubject: async (subject, limit) =>
      (await statements.ofSubject.run(db, { ...subject, limit })).map(caseOf),
    async near({ simhash, domains, media }, by, limit) {
      let rows: readonly CaseRow[] = [];
      if (by === 'domain' && domains.length > 0)
        rows = await statements.nearDomain.run(db, { domains, limit });
      if (by === 'media' && media.length > 0) rows = await statements.nearMedia.run(db, { media, limit });
      if (by === 'text' && simhash !== null)
        rows = await statements.nearText.run(db, { simhash, bits: NEAR, limit });
      return rows.map(caseOf);
    },
  };
}

const rowOf = (opened: ReviewCase): string =>
  JSON.stringify({
    id: opened.id,
    lane: opened.lane,
    subject_kind: opened.subject.kind,
    subject_id: opened.subject.id,
    revision: opened.revision,
    content_hash: opened.contentHash,
    author_id: opened.authorId,
    queue: opened.queue,
    category: opened.category,
    severity: opened.severity,
    confidence: opened.confidence,
    reach: opened.reach,
    source: opened.source,
    report_weight: opened.reportWeight,
    report_count: opened.reportCount,
    trusted: opened.trusted,
    rank: opened.rank,
    state: opened.state,
    result_id: opened.resultId,
    simhash: opened.cluster.simhash,
    of_case_id: opened.ofCaseId,
    opened_at: opened.openedAt,
    due_at: opened.dueAt,
  });

function createCases(tx: Transaction<Database>): CaseReader & CaseWriter {
  return {
    ...createCaseReader(tx),
    insert: async (opened) =>
      (await statements.insert.affected(tx, {
        row: rowOf(opened),
        notBy: opened.notBy,
        rules: opened.rules,
        detectors: opened.detectors,
        domains: opened.cluster.domains,
        media: opened.cluster.media,
      })) === 1,
    async lock(id) {
      // In a statement of its own: what it waited for is visible to the next one only.
      await statements.lock.run(tx, { id });
      const row = await statements.byIds.first(tx, { ids: [id] });
      return row ? caseOf(row) : null;
    },
    async lockOpen(subject, lane) {
      await statements.lockOpen.run(tx, { ...subject, lane });
      return (await statements.open.run(tx, { ...subject, lane })).map(caseOf);
    },
    async update(id, change) {
      await update.affected(tx, { id, fields: fieldsOf(change) });
    },
    async claim({ moderatorId, states, queue, notQueues, except, now, until }) {
      const wanted = { moderator: moderatorId, states, queue, notQueues, except, now, until };
      const row = await statements.claim.first(tx, wanted);
      return row ? caseOf(row) : null;
    },
    extend: async (id, { moderatorId, token, until }) =>
      (await statements.extend.affected(tx, { id, moderator: moderatorId, token, until })) === 1,
    breach: async (now, limit) => (await statements.breach.run(tx, { now, limit })).map(caseOf),
  };
}

const createCaseStats = (db: Kysely<Database>): CaseStatsReader => ({
  queues: async (since) =>
    (await stats.queues.run(db, { since })).map(({ oldestAt, handlingMs, decisionMs, ...row }) => ({
      ...row,
      oldestAt: oldestAt === null ? null : Number(oldestAt),
      handlingMs: handlingMs === null ? null : Number(handlingMs),
      decisionMs: decisionMs === null ? null : Number(decisionMs),
    })),
  overturned: (since) => stats.overturned.run(db, { since }),
});

/** Reads cases, votes and figures. */
export const createPostgresCaseReaders = (db: Kysely<Database>): CaseReaders => ({
  cases: createCaseReader(db),
  votes: createPostgresVoteReader(db),
  caseStats: createCaseStats(db),
});

/** Reads and writes cases and votes inside a transaction. */
export const createPostgresCaseStores = (tx: Transaction<Database>): CaseStores => ({
  cases: createCases(tx),
  votes: createPostgresVotes(tx),
  caseStats: createCaseStats(tx),
});
