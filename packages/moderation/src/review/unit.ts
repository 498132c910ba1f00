import {
  type Actor,
  conflict,
  notFound,
  type RoleTable,
  type Runtime,
  type SubjectFacts,
  type UnitOfWork,
  viewerOf,
} from '@socialkit/core';
import type { MeasuresDeps } from '../measures/unit.js';
import type { ModerationReading, ModerationUnit } from '../stores.js';
import type { Queues } from './queues.js';
import { type CaseLane, isUndecided, type ReviewCase, type VerdictInput } from './types.js';

/** How cases are worked; see the options of `createReview`. */
export interface ReviewSettings {
  readonly queues: Queues;
  /** Milliseconds a claim holds without a sign of life. */
  readonly leaseMs: number;
  /** Skips after which a case is escalated. */
  readonly maxSkips: number;
  /** Share of decided reviews that are looked at again, 0 to 1. */
  readonly qualityShare: number;
}

/** What happens in the transaction of a verdict besides: an appeal reverses what it was about. */
export type OnVerdict = (
  stores: ModerationUnit,
  decided: { readonly actor: Actor; readonly case: ReviewCase; readonly verdict: VerdictInput },
) => Promise<void>;

/** What the review works on. */
export interface ReviewDeps {
  readonly unitOfWork: UnitOfWork<ModerationUnit>;
  readonly readers: ModerationReading;
  readonly runtime: Runtime;
  readonly measures: MeasuresDeps<ModerationUnit, ModerationReading>;
  readonly roles: RoleTable;
  readonly settings: ReviewSettings;
  readonly onVerdict: Map<CaseLane, OnVerdict>;
}

/** The fields every event about a case carries. */
export const caseEventOf = ({ id, subject }: Pick<ReviewCase, 'id' | 'subject'>) => ({
  caseId: id,
  subjectKind: subject.kind,
  subjectId: subject.id,
});

/** A locked case, and its locked subject; null when that is gone. */
export interface LockedCase {
  readonly one: ReviewCase;
  readonly facts: SubjectFacts | null;
}

/**
 * Locks what a decision about a case rests on, in the order of all use cases: the subject's rows, then the case.
 * @param token the newest claim has to be the actor's and carry it; null for calls that need no claim
 * @throws case.not_found, case.closed (conflict), case.claim_lost (conflict)
 */
export async function lockCase(
  deps: Pick<ReviewDeps, 'measures'>,
  stores: ModerationUnit,
  actor: Actor,
  caseId: string,
  token: number | null,
): Promise<LockedCase> {
  const seen = (await stores.cases.byIds([caseId])).get(caseId);
  if (!seen) throw notFound('case');
  const facts = await deps.measures.subjects[seen.subject.kind].facts(stores, seen.subject.id, actor);
  const locked = await stores.cases.lock(caseId);
  if (!locked) throw notFound('case');
  if (!isUndecided(locked))
    throw conflict('case.closed', `this case is ${locked.state}: there is nothing to decide any more`);
  if (token !== null && (locked.claim?.token !== token || locked.claim.moderatorId !== viewerOf(actor)))
    throw conflict('case.claim_lost', 'this case was given to somebody else meanwhile; claim another one');
  return { one: locked, facts };
}
