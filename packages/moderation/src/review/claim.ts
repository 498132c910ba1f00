import { type Actor, accountOf, conflict, type SubjectSnapshot } from '@socialkit/core';
import type { ModerationUnit } from '../stores.js';
import { hiddenQueues, objectionTo } from './conflict.js';
import { isCurrent } from './open-case.js';
import { refresh } from './refresh.js';
import type { CaseState, ReviewCase } from './types.js';
import { lockCase, type ReviewDeps } from './unit.js';

/** Cases a call looks at before it says that there is none. */
const MOST_LOOKED_AT = 20;

/** A case in the hands of a moderator, with what it is about. */
export interface ClaimedCase {
  readonly claimed: ReviewCase;
  readonly snapshot: SubjectSnapshot;
}

/** Claims the first case that nothing speaks against; those that something does are left as they were. */
async function claimSuitable(
  deps: ReviewDeps,
  stores: ModerationUnit,
  actor: Actor,
  queue: string | null,
): Promise<ReviewCase | null> {
  const moderatorId = accountOf(actor);
  const now = deps.runtime.clock.now();
  const states: CaseState[] = ['open'];
  if (actor.kind === 'staff' && actor.permissions.has('cases.escalate')) states.push('escalated');
  const except: string[] = [];
  while (except.length < MOST_LOOKED_AT) {
    const one = await stores.cases.claim({
      moderatorId,
      states,
      queue,
      notQueues: hiddenQueues(deps, actor),
      except,
      now,
      until: now + deps.settings.leaseMs,
    });
    if (!one) return null;
    const objection = await objectionTo(deps, stores, actor, one);
    if (!objection) return one;
    except.push(one.id);
    // A rank may change; who has reported something has reported it.
    const notBy = objection === 'own_report' ? [...one.notBy, moderatorId] : one.notBy;
    await stores.cases.update(one.id, { claim: null, notBy });
  }
  return null;
}

/**
 * Gives the actor the most urgent case that he may decide, for `leaseMs`. A case whose subject has changed or gone meanwhile is
 * closed on the way, and opened anew for what the subject says now.
 *
 * @returns null when there is none
 */
export async function claimCase(
  deps: ReviewDeps,
  actor: Actor,
  queue: string | null,
): Promise<ClaimedCase | null> {
  for (let looked = 0; looked < MOST_LOOKED_AT; looked++) {
    const claimed = await deps.unitOfWork.transact(async (stores) => {
      const one = await claimSuitable(deps, stores, actor, queue);
      if (one)
        await stores.audit.append({
          actor,
          action: 'cases.claim',
          subject: { kind: 'case', id: one.id },
          details: { queue: one.queue, subjectKind: one.subject.kind, subjectId: one.subject.id },
        });
      return one;
    });
    if (!claimed) return null;
    const { subject } = claimed;
    const adapter = deps.measures.subjects[subject.kind];
    const snapshot = (await adapter.snapshot(deps.readers, [subject.id])).get(subject.id);
    if (snapshot && isCurrent(claimed, snapshot)) return { claimed, snapshot };
    await refresh(deps, claimed.id);
  }
  return null;
}

/**
 * Keeps a claim alive: what a console calls while somebody looks.
 * @returns Unix milliseconds until which the claim holds
 * @throws case.claim_lost (conflict)
 */
export async function extendClaim(
  deps: ReviewDeps,
  actor: Actor,
  { caseId, token }: { readonly caseId: string; readonly token: number },
): Promise<{ readonly until: number }> {
  const until = deps.runtime.clock.now() + deps.settings.leaseMs;
  const claim = { moderatorId: accountOf(actor), token, until };
  const held = await deps.unitOfWork.transact(({ cases }) => cases.extend(caseId, claim));
  if (!held)
    throw conflict('case.claim_lost', 'this case was given to somebody else meanwhile; claim another one');
  return { until };
}

/** Gives a case back without a word. @throws case.not_found, case.closed, case.claim_lost (conflict) */
export const releaseClaim = (
  deps: ReviewDeps,
  actor: Actor,
  { caseId, token }: { readonly caseId: string; readonly token: number },
): Promise<void> =>
  deps.unitOfWork.transact(async (stores) => {
    await lockCase(deps, stores, actor, caseId, token);
    await stores.cases.update(caseId, { claim: null });
  });
