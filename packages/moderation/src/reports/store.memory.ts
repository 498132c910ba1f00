import {
  compareIds,
  type MemorySession,
  type MemoryTables,
  newestFirst,
  type SubjectRef,
} from '@socialkit/core';
import type { ReportStores } from './store.js';
import { type Report, type ReporterStanding, type ReportState, unknownReporter } from './types.js';

const reportsIn = (tables: MemoryTables) => tables.table<Report>('reports');
const standingsIn = (tables: MemoryTables) => tables.table<ReporterStanding>('reporters');

const some = (tables: MemoryTables, keep: (report: Report) => boolean): Report[] =>
  [...reportsIn(tables).rows()].filter(keep).sort((a, b) => compareIds(a.id, b.id));
const isAbout =
  ({ kind, id }: SubjectRef) =>
  ({ subject }: Report): boolean =>
    subject.kind === kind && subject.id === id;
const standingOf = (tables: MemoryTables, id: string) => standingsIn(tables).get(id) ?? unknownReporter(id);

function settleAll(
  tables: MemoryTables,
  open: readonly Report[],
  state: Exclude<ReportState, 'open'>,
  decidedAt: number,
): readonly Report[] {
  const settled = open.map((report) => ({ ...report, state, decidedAt }));
  for (const report of settled) reportsIn(tables).put(report.id, report);
  return settled;
}

/** The reference stores of reports. */
export const createMemoryReports = (session: MemorySession): ReportStores => ({
  reports: {
    byIds: (ids) =>
      session.run((tables) => {
        const found = ids.flatMap((id) => reportsIn(tables).get(id) ?? []);
        return new Map(found.map((report) => [report.id, report]));
      }),
    ofReporter: (reporterId, { before, limit }) =>
      session.run((tables) =>
        some(
          tables,
          (one) => one.reporterId === reporterId && (before === null || compareIds(one.id, before) < 0),
        )
          .sort((a, b) => newestFirst(a.id, b.id))
          .slice(0, limit),
      ),
    ofCase: (caseId, { after, limit }) =>
      session.run((tables) =>
        some(
          tables,
          (one) => one.caseId === caseId && (after === null || compareIds(one.id, after) > 0),
        ).slice(0, limit),
      ),
    reasonsOf: (caseId) =>
      session.run((tables) => {
        const counts = new Map<Report['reason'], number>();
        for (const { reason } of some(tables, (one) => one.caseId === caseId))
          counts.set(reason, (counts.get(reason) ?? 0) + 1);
        return [...counts]
          .map(([reason, count]) => ({ reason, count }))
          .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
      }),
    openOf: (subject, limit) =>
      session.run((tables) =>
        some(tables, (one) => one.state === 'open' && isAbout(subject)(one)).slice(0, limit),
      ),
    latest: (reporterId, subject) =>
      session.run(
        (tables) =>
          some(tables, (one) => one.reporterId === reporterId && isAbout(subject)(one)).at(-1) ?? null,
      ),
    hasReported: (reporterId, subject) =>
      session.run(
        (tables) => some(tables, (one) => one.reporterId === reporterId && isAbout(subject)(one)).length > 0,
      ),
    upheldAgainst: (authorId) =>
      session.run((tables) => {
        const upheld = some(tables, (one) => one.authorId === authorId && one.state === 'upheld');
        return new Set(upheld.map(({ subject }) => `${subject.kind} ${subject.id}`)).size;
      }),
    insert: (report) =>
      session.run((tables) => {
        const mine = ({ reporterId, state }: Report) => reporterId === report.reporterId && state === 'open';
        if (some(tables, (one) => mine(one) && isAbout(report.subject)(one)).length > 0) return false;
        reportsIn(tables).put(report.id, { ...report });
        return true;
      }),
    attach: (id, caseId, crowd) =>
      session.run((tables) => {
        const report = reportsIn(tables).get(id);
        if (report?.state === 'open') reportsIn(tables).put(id, { ...report, caseId, crowd });
      }),
    reattach: (fromCaseId, toCaseId) =>
      session.run((tables) => {
        for (const report of some(tables, (one) => one.caseId === fromCaseId && one.state === 'open'))
          reportsIn(tables).put(report.id, { ...report, caseId: toCaseId });
      }),
    settle: (caseId, state, at, limit) =>
      session.run((tables) =>
        settleAll(
          tables,
          some(tables, (one) => one.caseId === caseId && one.state === 'open').slice(0, limit),
          state,
          at,
        ),
      ),
    settleOne: (id, state, at) =>
      session.run(
        (tables) =>
          settleAll(
            tables,
            some(tables, (one) => one.id === id && one.state === 'open'),
            state,
            at,
          )[0] ?? null,
      ),
  },
  reporters: {
    byIds: (ids) => session.run((tables) => new Map(ids.map((id) => [id, standingOf(tables, id)] as const))),
    count: (outcomes) =>
      session.run((tables) => {
        for (const { reporterId, state } of outcomes) {
          const before = standingOf(tables, reporterId);
          standingsIn(tables).put(reporterId, { ...before, [state]: before[state] + 1 });
        }
      }),
    setTrusted: (reporterId, trusted) =>
      session.run((tables) =>
        standingsIn(tables).put(reporterId, { ...standingOf(tables, reporterId), trusted }),
      ),
    mute: (reporterId, mutedUntil) =>
      session.run((tables) =>
        standingsIn(tables).put(reporterId, { ...standingOf(tables, reporterId), mutedUntil }),
      ),
  },
});
