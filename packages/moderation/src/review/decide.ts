import {
  type Actor,
  accountOf,
  conflict,
  type Id,
  invalid,
  isSocialError,
  type SubjectFacts,
} from '@socialkit/core';
import type { ModerationUnit } from '../stores.js';
import { conclude } from './conclude.js';
import { requireMayDecide } from './conflict.js';
import { escalateLocked } from './escalate.js';
import { isCurrent } from './open-case.js';
import { ruleOf } from './queues.js';
import { refresh } from './refresh.js';
import type { CaseVote, ReviewCase, VerdictDecision, VerdictInput } from './types.js';
import { type LockedCase, lockCase, type ReviewDeps } from './unit.js';

/** A verdict about a case. */
export interface Decision {
  readonly caseId: Id;
  /** Of the claim; null where none is needed, for decisions about many cases at once. */
  readonly token: number | null;
  readonly verdict: VerdictInput;
}

/** What came of it. */
export interface Decided {
  readonly caseId: Id;
  /** `open`: more votes are needed. */
  readonly state: 'decided' | 'escalated' | 'open';
}

const OF_REVIEW: readonly VerdictDecision[] = ['approve', 'restrict'];
const OF_APPEAL: readonly VerdictDecision[] = ['uphold', 'overturn'];

/** @throws verdict.not_of_this_case, verdict.without_measure, verdict.with_measure (validation) */
function requireFitting(one: ReviewCase, { decision, measures, strike }: VerdictInput): void {
  const possible = one.lane === 'appeal' ? OF_APPEAL : OF_REVIEW;
  if (!possible.includes(decision))
    throw invalid('verdict.not_of_this_case', `this case is decided by ${possible.join(' or ')}`);
  if (decision === 'restrict' && measures.length === 0)
    throw invalid('verdict.without_measure', 'a restriction names what is done', [
      { path: 'verdict.measures', message: 'must name at least one' },
    ]);
  if (decision !== 'restrict' && (measures.length > 0 || strike > 0))
    throw invalid('verdict.with_measure', `${decision} comes without measures and strikes`, [
      { path: 'verdict.measures', message: 'must be empty' },
    ]);
}

/** Votes that mean the same: the same decision, and of a restriction the same kinds of measures. */
const meaningOf = ({ decision, measures }: Pick<CaseVote, 'decision' | 'measures'>): string =>
  JSON.stringify([decision, measures.map(({ kind }) => kind).sort()]);

/** What the votes so far amount to. */
function tally(
  votes: readonly CaseVote[],
  mine: CaseVote,
  quorum: { readonly agree: number; readonly of: number },
): 'agreed' | 'more' | 'apart' {
  const counts = new Map<string, number>();
  for (const vote of votes) {
    if (vote.kind !== 'vote') continue;
    const meaning = meaningOf(vote);
    counts.set(meaning, (counts.get(meaning) ?? 0) + 1);
  }
  if ((counts.get(meaningOf(mine)) ?? 0) >= quorum.agree) return 'agreed';
  const cast = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return Math.max(...counts.values()) + quorum.of - cast >= quorum.agree ? 'more' : 'apart';
}

async function vote(
  deps: ReviewDeps,
  stores: ModerationUnit,
  actor: Actor,
  one: ReviewCase,
  verdict: VerdictInput,
): Promise<CaseVote> {
  const now = deps.runtime.clock.now();
  const cast: CaseVote = {
    caseId: one.id,
    moderatorId: accountOf(actor),
    kind: 'vote',
    decision: verdict.decision,
    measures: verdict.measures,
    category: verdict.category ?? null,
    reason: verdict.reason,
    handlingMs: one.claim ? Math.max(0, now - one.claim.since) : 0,
    at: now,
  };
  if (!(await stores.votes.insert(cast))) throw new Error('a second vote got past the conflict rules');
  return cast;
}

async function decideLocked(
  deps: ReviewDeps,
  stores: ModerationUnit,
  actor: Actor,
  locked: LockedCase & { readonly facts: SubjectFacts },
  verdict: VerdictInput,
): Promise<Decided> {
  const { one, facts } = locked;
  const mine = await vote(deps, stores, actor, one, verdict);
  const { quorum } = ruleOf(deps.settings.queues, one.queue);
  if (quorum && one.state === 'open' && one.lane === 'review') {
    const said = tally(await stores.votes.ofCase(one.id), mine, quorum);
    if (said !== 'agreed') {
      const notBy = [...one.notBy, mine.moderatorId];
      await stores.cases.update(one.id, { claim: null, notBy });
      await stores.audit.append({
        actor,
        action: 'cases.vote',
        subject: { kind: 'case', id: one.id },
        details: { decision: verdict.decision, reason: verdict.reason },
      });
      if (said === 'apart') await escalateLocked(stores, actor, { ...one, notBy }, 'the votes disagree');
      return { caseId: one.id, state: said === 'apart' ? 'escalated' : 'open' };
    }
  }
  await conclude(deps, stores, actor, { one, facts, verdict });
  return { caseId: one.id, state: 'decided' };
}

/**
 * Gives a verdict. In one transaction: the vote, and once the queue's quorum agrees, the end of the case with everything that
 * follows. Votes that cannot agree any more escalate the case.
 *
 * @throws case.not_found, case.closed, case.claim_lost, case.claimed, subject.stale_revision (conflict) when the subject was
 * edited after the case was given out (a new case is opened for what it says now), case.not_for_you, account.outranked,
 * actor.missing_permission (forbidden), verdict.*, measure.* (validation)
 */
export async function decideCase(deps: ReviewDeps, actor: Actor, decision: Decision): Promise<Decided> {
  const { caseId, token, verdict } = decision;
  const moderatorId = accountOf(actor);
  try {
    return await deps.unitOfWork.transact(async (stores) => {
      const { one, facts } = await lockCase(deps, stores, actor, caseId, token);
      const held = one.claim !== null && one.claim.until > deps.runtime.clock.now();
      if (token === null && held && one.claim?.moderatorId !== moderatorId)
        throw conflict('case.claimed', 'somebody is looking at this case');
      await requireMayDecide(deps, stores, actor, one);
      if (!facts || !isCurrent(one, facts))
        throw conflict(
          'subject.stale_revision',
          'it was changed meanwhile: this case is closed, and another one opened for what it says now',
        );
      requireFitting(one, verdict);
      return await decideLocked(deps, stores, actor, { one, facts }, verdict);
    });
  } catch (error) {
    if (isSocialError(error) && error.code === 'subject.stale_revision') await refresh(deps, caseId);
    throw error;
  }
}
