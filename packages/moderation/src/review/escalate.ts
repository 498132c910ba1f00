import { type Actor, accountOf } from '@socialkit/core';
import type { ModerationUnit } from '../stores.js';
import { requireMayDecide } from './conflict.js';
import type { CaseVote, ReviewCase } from './types.js';
import { caseEventOf, lockCase, type ReviewDeps } from './unit.js';

/** Puts a locked case before somebody with `cases.escalate`. */
export async function escalateLocked(
  stores: ModerationUnit,
  actor: Actor,
  one: ReviewCase,
  reason: string,
): Promise<void> {
  await stores.cases.update(one.id, { state: 'escalated', claim: null });
  await stores.audit.append({
    actor,
    action: 'cases.escalate',
    subject: { kind: 'case', id: one.id },
    details: { queue: one.queue, reason },
  });
  await stores.outbox.append({
    type: 'case.escalated',
    actor,
    payload: { ...caseEventOf(one), queue: one.queue },
  });
}

interface Passing {
  readonly caseId: string;
  readonly token: number;
  readonly reason: string;
}

/** Records that a moderator passes a case on, and keeps it from him from now on. */
const passOn = (
  deps: ReviewDeps,
  actor: Actor,
  { caseId, token, reason }: Passing,
  kind: Exclude<CaseVote['kind'], 'vote'>,
  then: (stores: ModerationUnit, one: ReviewCase) => Promise<void>,
): Promise<void> =>
  deps.unitOfWork.transact(async (stores) => {
    const { one } = await lockCase(deps, stores, actor, caseId, token);
    await requireMayDecide(deps, stores, actor, one);
    const now = deps.runtime.clock.now();
    const moderatorId = accountOf(actor);
    await stores.votes.insert({
      caseId,
      moderatorId,
      kind,
      decision: null,
      measures: [],
      category: null,
      reason,
      handlingMs: one.claim ? Math.max(0, now - one.claim.since) : 0,
      at: now,
    });
    const notBy = [...one.notBy, moderatorId];
    await stores.cases.update(caseId, { claim: null, notBy });
    await then(stores, { ...one, notBy });
  });

/**
 * Passes a case on to somebody of higher standing.
 * @throws case.not_found, case.closed, case.claim_lost (conflict), case.not_for_you (forbidden)
 */
export const escalateCase = (deps: ReviewDeps, actor: Actor, input: Passing): Promise<void> =>
  passOn(deps, actor, input, 'escalate', (stores, one) => escalateLocked(stores, actor, one, input.reason));

/**
 * Leaves a case to somebody else. One that has been left too often is escalated, so that none goes round for ever.
 * @throws as {@link escalateCase}
 */
export const skipCase = (deps: ReviewDeps, actor: Actor, input: Passing): Promise<void> =>
  passOn(deps, actor, input, 'skip', async (stores, one) => {
    const skips = one.skips + 1;
    await stores.cases.update(one.id, { skips });
    await stores.audit.append({
      actor,
      action: 'cases.skip',
      subject: { kind: 'case', id: one.id },
      details: { reason: input.reason, skips },
    });
    if (skips >= deps.settings.maxSkips && one.state === 'open')
      await escalateLocked(stores, actor, one, `skipped ${skips} times`);
  });
