import type { Id } from '@socialkit/core';
import type { ModerationUnit } from '../stores.js';
import { isCurrent, openCase, reviewActor, supersede } from './open-case.js';
import { isUndecided, type ReviewCase } from './types.js';
import type { ReviewDeps } from './unit.js';

/**
 * Closes a case about what its subject no longer says, and opens one about what it says now, with everything that was known:
 * who edits what was reported does not get rid of the reports.
 */
async function carryOn(deps: ReviewDeps, stores: ModerationUnit, old: ReviewCase): Promise<void> {
  await supersede(stores, reviewActor, [old]);
  // A second look is about the decision of then, and an appeal about its measures: neither follows an edit.
  if (old.lane !== 'review') return;
  const { caseId } = await openCase(deps, stores, {
    subject: old.subject,
    revision: old.revision,
    queue: old.queue,
    category: old.category,
    severity: old.severity,
    confidence: old.confidence,
    source: old.source,
    ...(old.resultId === null ? {} : { resultId: old.resultId }),
    rules: old.rules,
    detectors: old.detectors,
    cluster: old.cluster,
    reports: { weight: old.reportWeight, count: old.reportCount, trusted: old.trusted },
  });
  await stores.reports.reattach(old.id, caseId);
}

/**
 * Brings a case in line with its subject: nothing happens when it is about what the subject says. Idempotent.
 * @returns whether the case was closed
 */
export const refresh = (deps: ReviewDeps, caseId: Id): Promise<boolean> =>
  deps.unitOfWork.transact(async (stores) => {
    const seen = (await stores.cases.byIds([caseId])).get(caseId);
    if (!seen || !isUndecided(seen)) return false;
    const facts = await deps.measures.subjects[seen.subject.kind].facts(stores, seen.subject.id);
    const locked = await stores.cases.lock(caseId);
    if (!locked || !isUndecided(locked) || (facts && isCurrent(locked, facts))) return false;
    if (facts) await carryOn(deps, stores, locked);
    else await supersede(stores, reviewActor, [locked]);
    return true;
  });
