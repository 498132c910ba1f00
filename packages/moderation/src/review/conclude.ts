import { type Actor, accountOf, type Grounds, isOfGate, type SubjectFacts } from '@socialkit/core';
import { applyMeasures } from '../measures/apply.js';
import { reverseMeasures } from '../measures/reverse.js';
import { SETTLE_QUEUE } from '../reports/types.js';
import type { ModerationUnit } from '../stores.js';
import { lookAgain, settleSecondLook } from './quality.js';
import type { ReviewCase, VerdictInput } from './types.js';
import { caseEventOf, type ReviewDeps } from './unit.js';

/** A verdict that stands. */
export interface Conclusion {
  readonly one: ReviewCase;
  readonly facts: SubjectFacts;
  readonly verdict: VerdictInput;
}

const FOUND_BY: Readonly<Record<Grounds['source'], string>> = {
  automated: 'An automated check found this content, and a moderator has looked at it.',
  report: 'This content was reported, and a moderator has looked at it.',
  trusted_report: 'This content was reported by a trusted body, and a moderator has looked at it.',
  own_initiative: 'A moderator has looked at this content.',
};

async function groundsOf(
  stores: Pick<ModerationUnit, 'results'>,
  { one, verdict }: Conclusion,
): Promise<Grounds> {
  const kept =
    one.resultId === null ? undefined : (await stores.results.byIds([one.resultId])).get(one.resultId);
  const reason = kept?.result.reasons[0];
  const category = verdict.category ?? one.category;
  return {
    source: one.source,
    category,
    ...(kept ? { policy: kept.result.policy } : {}),
    ...(reason
      ? { ruleId: reason.ruleId, detector: { id: reason.detector, version: reason.version } }
      : one.rules[0] === undefined
        ? {}
        : { ruleId: one.rules[0] }),
    facts: FOUND_BY[one.source],
    ground: verdict.ground,
    groundText: verdict.groundText,
    explanation: verdict.explanation ?? `A moderator found that it falls under "${category}".`,
    automatedDetection: one.source === 'automated',
    automatedDecision: 'none',
  };
}

/** Ends what held or marked the content while it waited; of a decision that is looked at again, its measures too. */
async function lift(
  deps: ReviewDeps,
  stores: ModerationUnit,
  actor: Actor,
  one: ReviewCase,
  only: 'hold' | 'all',
  reason: string,
): Promise<void> {
  const active = await stores.measures.active(one.subject);
  const ended = active.filter(
    (measure) =>
      measure.kind === 'hold' ||
      (only === 'all' && (isOfGate(measure) || (one.ofCaseId !== null && measure.caseId === one.ofCaseId))),
  );
  if (ended.length === 0) return;
  const measureIds = ended.map(({ id }) => id);
  await reverseMeasures(deps.measures, stores, { actor, measureIds, reason });
}

async function enforce(
  deps: ReviewDeps,
  stores: ModerationUnit,
  actor: Actor,
  conclusion: Conclusion,
): Promise<void> {
  const { one, facts, verdict } = conclusion;
  if (verdict.decision === 'approve') return lift(deps, stores, actor, one, 'all', verdict.reason);
  await applyMeasures(deps.measures, stores, {
    actor,
    subject: one.subject,
    revision: facts.revision,
    measures: verdict.measures,
    grounds: await groundsOf(stores, conclusion),
    caseId: one.id,
    strike: verdict.strike,
  });
  // What may stay with a warning has waited long enough.
  if (!verdict.measures.some(({ kind }) => kind === 'remove'))
    await lift(deps, stores, actor, one, 'hold', verdict.reason);
}

/** An appeal that wins turns the decision it was about: figures say so, and models learn the other thing. */
async function overturn(deps: ReviewDeps, stores: ModerationUnit, appeal: ReviewCase): Promise<void> {
  const cases = await stores.cases.ofSubject(appeal.subject, 20);
  const decided = cases.find(
    (one) => one.lane === 'review' && one.verdict !== null && one.overturnedAt === null,
  );
  if (!decided) return;
  await stores.cases.update(decided.id, { overturnedAt: deps.runtime.clock.now() });
  if (decided.resultId !== null)
    await stores.results.label(decided.resultId, decided.verdict?.decision !== 'restrict');
}

/** Ends a locked case with a verdict, and does everything that follows from it, in the caller's transaction. */
export async function conclude(
  deps: ReviewDeps,
  stores: ModerationUnit,
  actor: Actor,
  conclusion: Conclusion,
): Promise<void> {
  const { one, verdict } = conclusion;
  const { decision, measures, reason } = verdict;
  const category = verdict.category ?? one.category;
  if (one.lane === 'review') {
    await enforce(deps, stores, actor, conclusion);
    if (one.resultId !== null) await stores.results.label(one.resultId, decision === 'restrict');
    if (one.ofCaseId !== null) await settleSecondLook(deps, stores, one, verdict);
  }
  if (one.lane === 'appeal' && decision === 'overturn') await overturn(deps, stores, one);
  await deps.onVerdict.get(one.lane)?.(stores, { actor, case: one, verdict });

  const [decidedAt, decidedBy] = [deps.runtime.clock.now(), accountOf(actor)];
  await stores.cases.update(one.id, {
    state: 'decided',
    claim: null,
    category,
    decidedAt,
    decidedBy,
    verdict: { decision, category, measures, reason },
  });
  await stores.audit.append({
    actor,
    action: 'cases.decide',
    subject: { kind: 'case', id: one.id },
    details: { decision, category, lane: one.lane, queue: one.queue, openedAt: one.openedAt, reason },
  });
  await stores.outbox.append({
    type: 'case.decided',
    actor,
    payload: { ...caseEventOf(one), lane: one.lane, queue: one.queue, decision, category },
  });
  if (one.lane === 'review') {
    await stores.jobs.enqueue(SETTLE_QUEUE, { caseId: one.id }, { key: one.id });
    await lookAgain(deps, stores, { ...one, category, decidedBy });
  } else if (one.lane === 'quality') await settleSecondLook(deps, stores, one, verdict);
}
