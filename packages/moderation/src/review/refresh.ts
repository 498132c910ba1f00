import type { Id } from '@socialkit/core';
import { SETTLE_QUEUE } from '../reports/types.js';
import type { ModerationUnit } from '../stores.js';
import { isCurrent, openCase, reviewActor, supersede } from './open-case.js';
import { isUndecided, type ReviewCase } from './types.js';
import type { ReviewDeps } from './unit.js';

/** Opens a case about what the subject says now; the old one is closed on the way, and gives over all that was known. */
const carryOn = (deps: ReviewDeps, stores: ModerationUnit, old: ReviewCase) =>
  openCase(deps, stores, {
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
    if (facts && locked.lane === 'review') {
      await carryOn(deps, stores, locked);
      return true;
    }
    await supersede(stores, reviewActor, [locked]);
    // There is nothing left to decide: those who reported it hear so.
    if (!facts) await stores.jobs.enqueue(SETTLE_QUEUE, { caseId }, { key: caseId });
    return true;
  });
