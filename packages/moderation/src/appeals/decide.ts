import { type Actor, systemActor, viewerOf } from '@socialkit/core';
import { reverseMeasures } from '../measures/reverse.js';
import type { ModerationUnit } from '../stores.js';
import { countOutcome } from './standings.js';
import type { Appeal } from './types.js';
import { type AppealDeps, type AppealVerdict, appealEventOf } from './unit.js';

/** Ends an appeal, on record, and says so. @returns false when it did not wait any more */
async function settle(
  deps: Pick<AppealDeps, 'runtime'>,
  stores: ModerationUnit,
  actor: Actor,
  appeal: Appeal,
  to: 'upheld' | 'overturned' | 'superseded',
  answer: string | null,
): Promise<boolean> {
  if (!(await stores.appeals.decide(appeal.id, to, answer, deps.runtime.clock.now()))) return false;
  const measures = await stores.measures.ofDecision(appeal.decisionId);
  await stores.audit.append({
    actor,
    action: 'appeals.decide',
    subject: { kind: 'appeal', id: appeal.id },
    details: {
      outcome: to,
      party: appeal.party,
      decisionId: appeal.decisionId,
      category: appeal.category,
      ruleId: appeal.ruleId,
      filedAt: appeal.at,
      automatedDecision: measures[0]?.grounds.automatedDecision ?? null,
    },
  });
  await stores.outbox.append({
    type: 'appeal.decided',
    actor: systemActor('appeals'),
    payload: { ...appealEventOf(appeal), state: to },
  });
  return true;
}

/** What a reporter's appeal that wins leads to: somebody who had no part in it decides anew what is to be done. */
async function lookAnew(
  deps: AppealDeps,
  stores: ModerationUnit,
  { actor }: AppealVerdict,
  appeal: Appeal,
): Promise<void> {
  const { kind, id } = appeal.subject;
  const facts = await deps.measures.subjects[kind].facts(stores, id);
  if (!facts) return;
  const decided = (await stores.cases.byIds([appeal.decisionId])).get(appeal.decisionId);
  const decider = viewerOf(actor);
  await deps.openCase(stores, {
    subject: appeal.subject,
    revision: facts.revision,
    queue: decided?.queue ?? 'reports',
    category: appeal.category,
    severity: decided?.severity ?? 2,
    confidence: 1,
    source: decided?.source ?? 'report',
    notBy: [...appeal.notBy, ...(decider === null ? [] : [decider])],
  });
}

/**
 * Decides the appeals of a case with its verdict, in the same transaction. An author's appeal that wins takes back everything
 * of the decision, strikes too; after a reporter's, somebody decides anew. Either way the rule behind the decision is
 * counted, and loses the right to remove by itself when too many of its decisions fall.
 */
export async function decideAppeals(
  deps: AppealDeps,
  stores: ModerationUnit,
  given: AppealVerdict,
): Promise<void> {
  const { actor, verdict } = given;
  const outcome = verdict.decision === 'overturn' ? ('overturned' as const) : ('upheld' as const);
  for (const appeal of await stores.appeals.pendingOfCase(given.case.id)) {
    if (!(await settle(deps, stores, actor, appeal, outcome, verdict.reason))) continue;
    if (appeal.ruleId !== null && appeal.party === 'author')
      await countOutcome(deps, stores, appeal.ruleId, outcome);
    if (outcome === 'upheld') continue;
    if (appeal.party === 'reporter') await lookAnew(deps, stores, given, appeal);
    else {
      const holding = (await stores.measures.ofDecision(appeal.decisionId)).filter(
        ({ endedAt }) => endedAt === null,
      );
      const measureIds = holding.map(({ id }) => id);
      if (measureIds.length > 0)
        await reverseMeasures(deps.measures, stores, { actor, measureIds, reason: verdict.reason });
    }
  }
}

/** Ends appeals about a decision of which nothing holds any more. */
export async function supersedeAppeals(
  deps: AppealDeps,
  stores: ModerationUnit,
  decisionId: string,
): Promise<void> {
  const pending = await stores.appeals.pendingOfDecision(decisionId);
  if (pending.length === 0) return;
  const measures = await stores.measures.ofDecision(decisionId);
  if (measures.some(({ endedAt }) => endedAt === null)) return;
  for (const appeal of pending)
    if (appeal.party === 'author')
      await settle(deps, stores, systemActor('appeals'), appeal, 'superseded', null);
}
