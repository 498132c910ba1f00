import type { AnyEvent, Id, StreamPublisher, SubjectSnapshot, Subscriber } from '@socialkit/core';
import { REPORT_REASONS } from '../reports/reasons.js';
import { publishEach, tellReporters } from '../reports/settle.js';
import type { Report } from '../reports/types.js';
import { crowdOf, crowdsOf, crowdWeight } from '../reports/weight.js';
import { clusterOf } from '../results/cluster.js';
import { type ClusterKeys, NO_CLUSTER } from '../results/types.js';
import type { ModerationUnit } from '../stores.js';
import { openCase } from './open-case.js';
import type { ReviewDeps } from './unit.js';

/** Reports of one subject that are weighed; a crowd that is larger is not heavier. */
const MOST_WEIGHED = 500;
/** How many are compared for links with a new reporter. */
const MOST_LINKED = 100;

const clusterOfSnapshot = (snapshot: SubjectSnapshot | undefined): ClusterKeys =>
  snapshot
    ? clusterOf({ texts: snapshot.texts, links: [], media: snapshot.media.map(({ ref }) => ref) })
    : NO_CLUSTER;

async function linkedOf(
  stores: ModerationUnit,
  report: Report,
  earlier: readonly Report[],
): Promise<ReadonlySet<Id>> {
  const others = earlier.slice(-MOST_LINKED).map(({ reporterId }) => reporterId);
  const relations = await stores.facts.relations(report.reporterId, others);
  return new Set(
    others.filter((id) => {
      const relation = relations.get(id);
      return relation !== undefined && (relation.follows || relation.followedBy || relation.friends);
    }),
  );
}

/** Makes crowds that somebody links one: in whatever order friends are weighed, they count as one. */
async function join(
  stores: ModerationUnit,
  earlier: readonly Report[],
  crowds: ReadonlySet<Id>,
  into: Id,
): Promise<readonly Report[]> {
  const joined: Report[] = [];
  for (const report of earlier) {
    const { id, caseId, crowd } = report;
    if (caseId === null || crowd === into || !crowds.has(crowd)) {
      joined.push(report);
      continue;
    }
    await stores.reports.attach(id, caseId, into);
    joined.push({ ...report, crowd: into });
  }
  return joined;
}

/** Whether somebody has looked at just this, for just this, and let it be. */
async function wasApproved(
  stores: ModerationUnit,
  report: Report,
  facts: { readonly revision: number; readonly contentHash: string },
): Promise<boolean> {
  const { category } = REPORT_REASONS[report.reason];
  const cases = await stores.cases.ofSubject(report.subject, 20);
  return cases.some(
    (one) =>
      one.lane === 'review' &&
      one.verdict?.decision === 'approve' &&
      one.overturnedAt === null &&
      one.category === category &&
      one.contentHash === facts.contentHash,
  );
}

/** What came of a report that was looked at: told at once, or waiting in a case. */
async function weigh(
  deps: ReviewDeps,
  stores: ModerationUnit,
  report: Report,
  cluster: ClusterKeys,
): Promise<Awaited<ReturnType<typeof tellReporters>>> {
  const now = deps.runtime.clock.now();
  const settle = async (state: 'declined' | 'moot') => {
    const settled = await stores.reports.settleOne(report.id, state, now);
    return settled ? tellReporters(stores, [settled]) : [];
  };
  const facts = await deps.measures.subjects[report.subject.kind].facts(stores, report.subject.id);
  if (!facts) return settle('moot');
  if (!report.trusted && (await wasApproved(stores, report, facts))) return settle('declined');
  const open = (await stores.reports.openOf(report.subject, MOST_WEIGHED)).filter(({ muted }) => !muted);
  const earlier = open.filter(({ id }) => id !== report.id);
  const linked = await linkedOf(stores, report, earlier);
  const crowd = crowdOf(report, earlier, linked);
  const known = await join(stores, earlier, crowdsOf(report, earlier, linked), crowd);
  const counted = [...known.filter(({ caseId }) => caseId !== null), { ...report, crowd }];
  const { category, severity, queue } = REPORT_REASONS[report.reason];
  const { caseId } = await openCase(deps, stores, {
    subject: report.subject,
    revision: report.revision,
    queue,
    category,
    severity,
    confidence: 0.5,
    source: report.trusted ? 'trusted_report' : 'report',
    cluster,
    reports: {
      weight: crowdWeight(counted),
      count: counted.length,
      trusted: counted.some(({ trusted }) => trusted),
    },
  });
  await stores.reports.attach(report.id, caseId, crowd);
  return [];
}

/**
 * Weighs new reports and puts them into cases. Reports never hide anything by themselves: they bring a person to look, sooner
 * or later. Idempotent: a report that has a case, or an outcome, is left alone.
 */
export const createReportWeigher = (deps: ReviewDeps, publisher: StreamPublisher): Subscriber => ({
  name: 'review.reports',
  types: ['report.created'],
  async handle(event: AnyEvent) {
    if (event.type !== 'report.created') return;
    const { reportId } = event.payload;
    const seen = (await deps.readers.reports.byIds([reportId])).get(reportId);
    if (!seen || seen.muted) return;
    const { kind, id } = seen.subject;
    const snapshot = (await deps.measures.subjects[kind].snapshot(deps.readers, [id])).get(id);
    const events = await deps.unitOfWork.transact(async (stores) => {
      // Behind the lock of the subject: reports about it are weighed one after the other.
      await deps.measures.subjects[kind].facts(stores, id);
      const report = (await stores.reports.byIds([reportId])).get(reportId);
      if (report?.state !== 'open' || report.caseId !== null) return [];
      return weigh(deps, stores, report, clusterOfSnapshot(snapshot));
    });
    publishEach(publisher, events);
  },
});
