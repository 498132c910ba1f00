import {
  type Actor,
  accountOf,
  conflict,
  forbidden,
  type GroundsSource,
  type Id,
  notFound,
  type SubjectRef,
} from '@socialkit/core';
import type { ModerationUnit } from '../stores.js';
import type { Appeal, AppealParty } from './types.js';
import { type AppealDeps, appealEventOf } from './unit.js';

interface Matter {
  readonly party: AppealParty;
  readonly decisionId: Id;
  readonly subject: SubjectRef;
  readonly category: string;
  readonly ruleId: string | null;
  readonly source: GroundsSource;
  readonly notBy: readonly Id[];
}

const isAccount = (actorId: string): boolean => !actorId.startsWith('system:');

/** Who had a part in the verdict of a case. */
async function decidersOf(stores: ModerationUnit, caseId: Id | null): Promise<readonly Id[]> {
  if (caseId === null) return [];
  const decided = (await stores.cases.byIds([caseId])).get(caseId);
  const votes = await stores.votes.ofCase(caseId);
  return [
    ...(decided?.decidedBy == null ? [] : [decided.decidedBy]),
    ...votes.map(({ moderatorId }) => moderatorId),
  ];
}

async function write(
  deps: AppealDeps,
  stores: ModerationUnit,
  actor: Actor,
  matter: Matter,
  text: string,
): Promise<Appeal> {
  const appellantId = accountOf(actor);
  const { clock, ids } = deps.runtime;
  const before = (await stores.appeals.against([matter.decisionId], appellantId)).get(matter.decisionId);
  if (before) throw again();
  const { subject, category, source } = matter;
  const facts = await deps.measures.subjects[subject.kind].facts(stores, subject.id);
  if (!facts) throw over();
  const notBy = [...new Set(matter.notBy.filter((id) => id !== appellantId))];
  const { caseId } = await deps.openCase(stores, {
    subject,
    revision: facts.revision,
    queue: 'appeals',
    category,
    severity: 2,
    confidence: 1,
    source,
    notBy,
  });
  const appeal: Appeal = {
    id: ids.next(),
    party: matter.party,
    decisionId: matter.decisionId,
    appellantId,
    subject,
    text,
    category,
    ruleId: matter.ruleId,
    state: 'pending',
    caseId,
    notBy,
    at: clock.now(),
    decidedAt: null,
    answer: null,
  };
  if (!(await stores.appeals.insert(appeal))) throw again();
  await stores.audit.append({
    actor,
    action: 'appeals.file',
    subject: { kind: 'appeal', id: appeal.id },
    details: {
      party: appeal.party,
      decisionId: appeal.decisionId,
      category,
      ruleId: appeal.ruleId,
      caseId,
    },
  });
  await stores.outbox.append({ type: 'appeal.filed', actor, payload: appealEventOf(appeal) });
  return appeal;
}

const again = () => conflict('appeal.already_made', 'a decision is appealed against once');
const over = () => conflict('appeal.superseded', 'what you appeal against has ended');
const late = () => forbidden('appeal.too_late', 'the time to appeal against this decision is over');

/**
 * Appeals against a decision that restricts the actor or its content. A suspended account may. Everything of one decision is
 * appealed against at once.
 *
 * @throws statement.not_found unless it is addressed to the actor, appeal.under_review (conflict) for what nobody has decided
 * yet, appeal.superseded (conflict) for what has ended, appeal.too_late (forbidden), appeal.already_made (conflict)
 */
export const appealAsAuthor = (
  deps: AppealDeps,
  actor: Actor,
  input: { readonly statementId: Id; readonly text: string },
): Promise<Appeal> => {
  const me = accountOf(actor);
  return deps.unitOfWork.transact(async (stores) => {
    const seen = (await stores.measures.byIds([input.statementId])).get(input.statementId);
    if (seen?.authorId !== me) throw notFound('statement');
    if (seen.kind === 'hold')
      throw conflict('appeal.under_review', 'a person will look at it: there is no decision yet');
    // Behind the lock of the subject, so that a measure that is just being taken back is seen as such.
    await deps.measures.subjects[seen.subject.kind].facts(stores, seen.subject.id);
    const measure = (await stores.measures.byIds([seen.id])).get(seen.id) ?? seen;
    if (measure.endedAt !== null) throw over();
    if (measure.at + deps.settings.windowMs <= deps.runtime.clock.now()) throw late();
    const all = await stores.measures.ofDecision(measure.decisionId);
    const notBy = [
      ...all.map(({ actorId }) => actorId).filter(isAccount),
      ...(await decidersOf(stores, measure.caseId)),
    ];
    const { subject, decisionId, grounds } = measure;
    const matter = {
      party: 'author' as const,
      decisionId,
      subject,
      category: grounds.category,
      ruleId: grounds.ruleId ?? null,
      source: grounds.source,
      notBy,
    };
    return write(deps, stores, actor, matter, input.text);
  });
};

/**
 * Appeals against the decision to leave something that the actor reported.
 *
 * @throws report.not_found unless it is the actor's, appeal.under_review (conflict) while nobody has decided,
 * appeal.not_declined (conflict) when something was done, appeal.superseded, appeal.too_late, appeal.already_made
 */
export const appealAsReporter = (
  deps: AppealDeps,
  actor: Actor,
  input: { readonly reportId: Id; readonly text: string },
): Promise<Appeal> => {
  const me = accountOf(actor);
  return deps.unitOfWork.transact(async (stores) => {
    const report = (await stores.reports.byIds([input.reportId])).get(input.reportId);
    if (report?.reporterId !== me) throw notFound('report');
    if (report.state === 'open')
      throw conflict('appeal.under_review', 'a person will look at it: there is no decision yet');
    if (report.state !== 'declined' || report.caseId === null || report.decidedAt === null)
      throw conflict('appeal.not_declined', 'only the decision to leave something can be appealed against');
    if (report.decidedAt + deps.settings.windowMs <= deps.runtime.clock.now()) throw late();
    const decided = (await stores.cases.byIds([report.caseId])).get(report.caseId);
    const matter = {
      party: 'reporter' as const,
      decisionId: report.caseId,
      subject: report.subject,
      category: decided?.category ?? 'other',
      ruleId: null,
      source: 'report' as const,
      notBy: [report.reporterId, ...(await decidersOf(stores, report.caseId))],
    };
    return write(deps, stores, actor, matter, input.text);
  });
};
