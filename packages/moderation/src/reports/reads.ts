import {
  type Actor,
  accountOf,
  createCursorCodec,
  type Id,
  idSchema,
  notFound,
  type Page,
  readPage,
} from '@socialkit/core';
import type { OwnReport, Report, StaffReport } from './types.js';
import type { ReportDeps } from './unit.js';

interface Slice {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

const presentOwn = ({ id, subject, reason, note, state, at, decidedAt }: Report): OwnReport => ({
  id,
  subject,
  reason,
  note,
  state,
  at,
  decidedAt,
});

const presentToStaff = (report: Report): StaffReport => ({
  ...presentOwn(report),
  reporterId: report.reporterId,
  weight: report.weight,
  trusted: report.trusted,
  muted: report.muted,
  crowd: report.crowd,
});

/** The actor's own reports. What they are about is named, never shown: he may no longer see it. */
export function readOwnReports({ readers }: ReportDeps, actor: Actor, { limit, cursor }: Slice) {
  const reporterId = accountOf(actor);
  const codec = createCursorCodec<Id>(`reports.mine:${reporterId}`, idSchema);
  return readPage<Id, Report, Report, OwnReport>({
    limit,
    after: codec.decode(cursor),
    codec,
    skeleton: (before, count) => readers.reports.ofReporter(reporterId, { before, limit: count }),
    position: ({ id }) => id,
    hydrate: async (reports) => reports,
    present: presentOwn,
  });
}

/**
 * The reports of a case, for those who may know who made them.
 * @throws case.not_found, also where the case is not for the actor
 */
export async function readReportsOfCase(
  { readers, ports }: ReportDeps,
  actor: Actor,
  { caseId, limit, cursor }: Slice & { readonly caseId: Id },
): Promise<Page<StaffReport>> {
  if (!(await ports.readsCase(actor, caseId))) throw notFound('case');
  const codec = createCursorCodec<Id>(`reports.ofCase:${caseId}`, idSchema);
  return readPage<Id, Report, Report, StaffReport>({
    limit,
    after: codec.decode(cursor),
    codec,
    skeleton: (after, count) => readers.reports.ofCase(caseId, { after, limit: count }),
    position: ({ id }) => id,
    hydrate: async (reports) => reports,
    present: presentToStaff,
  });
}
