import { createHash } from 'node:crypto';
import type { Id } from '@socialkit/core';
import type { ModerationUnit } from '../stores.js';
import { openCase, reviewActor } from './open-case.js';
import type { ReviewCase, VerdictInput } from './types.js';
import { caseEventOf, type ReviewDeps } from './unit.js';

/** A number in [0, 1) that is the same for a case in every process. */
const drawOf = (caseId: Id): number => createHash('sha256').update(caseId).digest().readUInt32BE() / 2 ** 32;

/**
 * Puts a share of what was decided before a second person, who is not told that there was a first. Which cases those are
 * follows from their ids: nobody chooses them.
 */
export async function lookAgain(
  deps: ReviewDeps,
  stores: ModerationUnit,
  decided: ReviewCase & { readonly decidedBy: Id },
): Promise<void> {
  if (decided.ofCaseId !== null || drawOf(decided.id) >= deps.settings.qualityShare) return;
  await openCase(deps, stores, {
    subject: decided.subject,
    revision: decided.revision,
    queue: decided.queue,
    category: decided.category,
    severity: 1,
    confidence: decided.confidence,
    source: decided.source,
    ...(decided.resultId === null ? {} : { resultId: decided.resultId }),
    cluster: decided.cluster,
    notBy: [...decided.notBy, decided.decidedBy],
    secondLookAt: decided.id,
  });
}

/**
 * Compares a second look with the first. When they differ, the matter is opened again for somebody with `cases.escalate`; when
 * he decides otherwise than the first, the first decision counts as overturned.
 */
export async function settleSecondLook(
  deps: ReviewDeps,
  stores: ModerationUnit,
  second: ReviewCase,
  { decision }: Pick<VerdictInput, 'decision'>,
): Promise<void> {
  if (second.ofCaseId === null) return;
  const first = (await stores.cases.byIds([second.ofCaseId])).get(second.ofCaseId);
  if (!first || first.verdict?.decision === decision) return;
  if (second.lane === 'review') {
    await stores.cases.update(first.id, { overturnedAt: deps.runtime.clock.now() });
    return;
  }
  await stores.outbox.append({
    type: 'case.disagreed',
    actor: reviewActor,
    payload: { ...caseEventOf(second), ofCaseId: first.id },
  });
  const { caseId } = await openCase(deps, stores, {
    subject: second.subject,
    revision: second.revision,
    queue: second.queue,
    category: second.category,
    severity: first.severity,
    confidence: second.confidence,
    source: second.source,
    ...(second.resultId === null ? {} : { resultId: second.resultId }),
    cluster: second.cluster,
    notBy: second.notBy,
    thirdLookAt: first.id,
  });
  await stores.cases.update(caseId, { state: 'escalated' });
}
