import { MAX_ID_STRING } from '@socialkit/core';
import {
  type Report,
  type ReporterReader,
  type ReporterWriter,
  type ReportReader,
  type ReportReaders,
  type ReportStores,
  type ReportWriter,
  unknownReporter,
} from '@socialkit/moderation';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database.js';
import * as statements from './statements.js';

const reportOf = ({ subjectKind, subjectId, ...row }: statements.ReportRow): Report => ({
  ...row,
  subject: { kind: subjectKind, id: subjectId },
  at: Number(row.at),
  decidedAt: row.decidedAt === null ? null : Number(row.decidedAt),
});

const createReportReader = (db: Kysely<Database>): ReportReader => ({
  async byIds(ids) {
    if (ids.length === 0) return new Map();
    const rows = await statements.byIds.run(db, { ids });
    return new Map(rows.map((row) => [row.id, reportOf(row)] as const));
  },
  ofReporter: async (reporter, { before, limit }) =>
    (await statements.ofReporter.run(db, { reporter, before: before ?? MAX_ID_STRING, limit })).map(reportOf),
  ofCase: async (caseId, { after, limit }) =>
    (await statements.ofCase.run(db, { of: caseId, after: after ?? '0', limit })).map(reportOf),
  reasonsOf: (caseId) => statements.reasonsOf.run(db, { of: caseId }),
  openOf: async (subject, limit) => (await statements.openOf.run(db, { ...subject, limit })).map(reportOf),
  async latest(reporter, subject) {
    const row = await statements.latest.first(db, { ...subject, reporter });
    return row ? reportOf(row) : null;
  },
  hasReported: async (reporter, subject) =>
    (await statements.latest.first(db, { ...subject, reporter })) !== undefined,
  upheldAgainst: async (author) => (await statements.upheldAgainst.first(db, { author }))?.count ?? 0,
});

const rowOf = (report: Report): string =>
  JSON.stringify({
    id: report.id,
    reporter_id: report.reporterId,
    subject_kind: report.subject.kind,
    subject_id: report.subject.id,
    revision: report.revision,
    author_id: report.authorId,
    reason: report.reason,
    note: report.note,
    weight: report.weight,
    trusted: report.trusted,
    muted: report.muted,
    young: report.young,
    crowd: report.crowd,
    state: report.state,
    case_id: report.caseId,
    at: report.at,
    decided_at: report.decidedAt,
  });

const createReports = (tx: Transaction<Database>): ReportReader & ReportWriter => ({
  ...createReportReader(tx),
  insert: async (report) => (await statements.insert.affected(tx, { row: rowOf(report) })) === 1,
  async attach(id, caseId, crowd) {
    await statements.attach.affected(tx, { id, to: caseId, crowd });
  },
  async reattach(from, to) {
    await statements.reattach.affected(tx, { from, to });
  },
  settle: async (caseId, state, at, limit) =>
    (await statements.settle.run(tx, { of: caseId, state, at, limit })).map(reportOf),
  async settleOne(id, state, at) {
    const row = await statements.settleOne.first(tx, { id, state, at });
    return row ? reportOf(row) : null;
  },
});

const createReporterReader = (db: Kysely<Database>): ReporterReader => ({
  async byIds(ids) {
    if (ids.length === 0) return new Map();
    const rows = await statements.reportersByIds.run(db, { ids });
    const found = new Map(
      rows.map(({ mutedUntil, ...row }) => [
        row.reporterId,
        { ...row, mutedUntil: mutedUntil === null ? null : Number(mutedUntil) },
      ]),
    );
    return new Map(ids.map((id) => [id, found.get(id) ?? unknownReporter(id)]));
  },
});

const createReporters = (tx: Transaction<Database>): ReporterReader & ReporterWriter => ({
  ...createReporterReader(tx),
  async count(outcomes) {
    if (outcomes.length === 0) return;
    const ids = [...new Set(outcomes.map(({ reporterId }) => reporterId))];
    const times = (state: 'upheld' | 'declined') =>
      ids.map((id) => outcomes.filter((one) => one.reporterId === id && one.state === state).length);
    await statements.count.affected(tx, { ids, upheld: times('upheld'), declined: times('declined') });
  },
  async setTrusted(id, trusted) {
    await statements.setTrusted.affected(tx, { id, trusted });
  },
  async mute(id, until) {
    await statements.mute.affected(tx, { id, until });
  },
});

/** Reads reports and reporters. */
export const createPostgresReportReaders = (db: Kysely<Database>): ReportReaders => ({
  reports: createReportReader(db),
  reporters: createReporterReader(db),
});

/** Reads and writes them inside a transaction. */
export const createPostgresReportStores = (tx: Transaction<Database>): ReportStores => ({
  reports: createReports(tx),
  reporters: createReporters(tx),
});
