import {
  type Actor,
  accountOf,
  forbidden,
  type Id,
  notFound,
  once,
  requireActive,
  SocialError,
  type SubjectRef,
  systemActor,
} from '@socialkit/core';
import type { ModerationUnit } from '../stores.js';
import type { ReportReason } from './reasons.js';
import type { Report, ReportState } from './types.js';
import { type ReportDeps, requireSeen } from './unit.js';
import { weightOf, YOUNG_MS } from './weight.js';

/** The platform tells of reports, so that no envelope names who reported. */
const reportsActor = systemActor('reports');

interface NewReport {
  readonly subject: SubjectRef;
  readonly reason: ReportReason;
  readonly note?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

interface Made {
  readonly reportId: Id;
  readonly state: ReportState;
  readonly isNew: boolean;
}

/** @throws report.too_many (rate_limited) */
async function takeTurn({ ports, settings }: ReportDeps, reporterId: Id): Promise<void> {
  const rule = { name: 'reports.create', limit: settings.limit, windowMs: settings.windowMs };
  const [verdict] = await ports.rateLimiter.consume([{ rule, key: reporterId }]);
  if (verdict && !verdict.allowed)
    throw new SocialError('rate_limited', 'report.too_many', 'you have reported very often; take a break', {
      retryAfterMs: verdict.retryAfterMs,
    });
}

async function write(
  deps: ReportDeps,
  stores: ModerationUnit,
  reporterId: Id,
  input: NewReport,
): Promise<Made> {
  const { subject, reason, note } = input;
  const now = deps.runtime.clock.now();
  const facts = await deps.subjects[subject.kind].facts(stores, subject.id);
  if (!facts) throw notFound(subject.kind);
  requireActive((await stores.facts.relations(reporterId, [reporterId])).get(reporterId));
  await requireSeen(deps, stores, reporterId, subject);
  if (facts.authorId === reporterId)
    throw forbidden('report.own_content', 'delete what is yours instead of reporting it');
  const before = await stores.reports.latest(reporterId, subject);
  if (before && (before.state === 'open' || before.revision === facts.revision))
    return { reportId: before.id, state: before.state, isNew: false };
  const standing = (await stores.reporters.byIds([reporterId])).get(reporterId);
  const account = (await stores.accounts.byIds([reporterId])).get(reporterId);
  const id = deps.runtime.ids.next();
  const report: Report = {
    id,
    reporterId,
    subject: { kind: subject.kind, id: subject.id },
    revision: facts.revision,
    authorId: facts.authorId,
    reason,
    note: note ?? null,
    weight: weightOf(standing ?? { upheld: 0, declined: 0 }),
    trusted: standing?.trusted ?? false,
    muted: (standing?.mutedUntil ?? 0) > now,
    young: now - (account?.createdAt ?? now) < YOUNG_MS,
    crowd: id,
    state: 'open',
    caseId: null,
    at: now,
    decidedAt: null,
  };
  if (!(await stores.reports.insert(report)))
    throw new Error('a report was made beside the lock of its subject');
  await stores.outbox.append({
    type: 'report.created',
    actor: reportsActor,
    payload: { reportId: id, subjectKind: subject.kind, subjectId: subject.id },
  });
  return { reportId: id, state: 'open', isNew: true };
}

/**
 * Reports something the actor sees. One account has one open report of a subject, and reports the same revision once: saying
 * it again gives the first one back and counts nothing.
 *
 * @throws post.not_found and the like for what the actor does not see, report.own_content (forbidden), report.too_many
 * (rate_limited), account.inactive (forbidden)
 */
export async function createReport(deps: ReportDeps, actor: Actor, input: NewReport): Promise<Made> {
  const reporterId = accountOf(actor);
  await takeTurn(deps, reporterId);
  return deps.unitOfWork.transact((stores) => {
    const now = deps.runtime.clock.now();
    const call = { store: stores.idempotency, actorId: reporterId, operation: 'reports.create', input, now };
    return once(call, () => write(deps, stores, reporterId, input));
  });
}
