import {
  type Actor,
  type GroundsSource,
  type Id,
  notFound,
  type SubjectFacts,
  type SubjectRef,
  systemActor,
} from '@socialkit/core';
import type { Severity } from '../kernel/severity.js';
import { type ClusterKeys, NO_CLUSTER } from '../results/types.js';
import type { ModerationUnit } from '../stores.js';
import { rankOf, type Weights } from './priority.js';
import { ruleOf } from './queues.js';
import type { CaseChange } from './store.js';
import type { CaseLane, ReviewCase } from './types.js';
import { caseEventOf, type ReviewDeps } from './unit.js';

/** What opens cases by itself: events of other slices. */
export const reviewActor = systemActor('review');

/** A matter that people have to decide. */
export interface NewCase {
  readonly subject: SubjectRef;
  /** The revision it was found in; the case is about the newest, which is what reviewers see. */
  readonly revision: number;
  /** `appeals` makes it an appeal. */
  readonly queue: string;
  readonly category: string;
  readonly severity: Severity;
  /** 0 to 1. */
  readonly confidence: number;
  readonly source: GroundsSource;
  /** The kept result it comes from. */
  readonly resultId?: Id;
  readonly rules?: readonly string[];
  readonly detectors?: readonly string[];
  /** Accounts that may not decide it. */
  readonly notBy?: readonly Id[];
  readonly cluster?: ClusterKeys;
  readonly reports?: { readonly weight: number; readonly count: number; readonly trusted: boolean };
  /** The decided case that is looked at once more, blindly. */
  readonly secondLookAt?: Id;
  /** The decided case that two people have judged differently. */
  readonly thirdLookAt?: Id;
}

const laneOf = ({ queue, secondLookAt }: NewCase): CaseLane =>
  secondLookAt !== undefined ? 'quality' : queue === 'appeals' ? 'appeal' : 'review';

const union = <T>(a: readonly T[], b: readonly T[] = []): readonly T[] => [...new Set([...a, ...b])];

/** Whether a case is about what its subject says now: the same revision, or another one of the same content. */
export const isCurrent = (
  { revision, contentHash }: Pick<ReviewCase, 'revision' | 'contentHash'>,
  facts: Pick<SubjectFacts, 'revision' | 'contentHash'>,
): boolean => revision === facts.revision || contentHash === facts.contentHash;

const weightsOf = (of: Weights): Weights => ({
  severity: of.severity,
  confidence: of.confidence,
  reach: of.reach,
  reportWeight: of.reportWeight,
  trusted: of.trusted,
});

/** Two findings about one content are one case: the heavier of each part counts. */
function merged(deps: ReviewDeps, into: ReviewCase, found: NewCase, facts: SubjectFacts): CaseChange {
  const heavier = found.severity > into.severity;
  const queue = heavier && into.lane === 'review' && into.state === 'open' ? found.queue : into.queue;
  const weights = weightsOf({
    severity: heavier ? found.severity : into.severity,
    confidence: Math.max(into.confidence, found.confidence),
    reach: Math.max(into.reach, facts.reach),
    reportWeight: found.reports?.weight ?? into.reportWeight,
    trusted: into.trusted || (found.reports?.trusted ?? false),
  });
  return {
    ...weights,
    queue,
    category: heavier ? found.category : into.category,
    source: found.reports?.trusted ? 'trusted_report' : into.source,
    reportCount: found.reports?.count ?? into.reportCount,
    resultId: into.resultId ?? found.resultId ?? null,
    rules: union(into.rules, found.rules),
    detectors: union(into.detectors, found.detectors),
    notBy: union(into.notBy, found.notBy),
    dueAt: Math.min(into.dueAt, deps.runtime.clock.now() + ruleOf(deps.settings.queues, queue).slaMs),
    rank: rankOf(weights, into.openedAt),
  };
}

/** A finding together with what was known of earlier content: who edits what was found or reported does not get rid of it. */
export const withEarlier = (found: NewCase, old: ReviewCase): NewCase => {
  const heavier = old.severity > found.severity;
  const resultId = found.resultId ?? old.resultId;
  return {
    ...found,
    ...(heavier ? { severity: old.severity, category: old.category, queue: old.queue } : {}),
    confidence: Math.max(found.confidence, old.confidence),
    ...(resultId === null ? {} : { resultId }),
    rules: union(found.rules ?? [], old.rules),
    detectors: union(found.detectors ?? [], old.detectors),
    reports: {
      weight: Math.max(found.reports?.weight ?? 0, old.reportWeight),
      count: Math.max(found.reports?.count ?? 0, old.reportCount),
      trusted: (found.reports?.trusted ?? false) || old.trusted,
    },
  };
};

/** Closes cases about what the subject no longer says. Whoever looked at one has lost it. */
export async function supersede(
  stores: ModerationUnit,
  actor: Actor,
  cases: readonly ReviewCase[],
): Promise<void> {
  for (const one of cases) {
    await stores.cases.update(one.id, { state: 'superseded', claim: null });
    await stores.outbox.append({ type: 'case.superseded', actor, payload: caseEventOf(one) });
  }
}

/**
 * Opens a case in the caller's transaction, or adds to the one there is: a subject's newest revision has one open case in each
 * lane. Cases about earlier content are superseded on the way.
 *
 * @throws subject.not_found when it is gone
 */
export async function openCase(
  deps: ReviewDeps,
  stores: ModerationUnit,
  asked: NewCase,
): Promise<{ readonly caseId: Id; readonly isNew: boolean }> {
  const { subject } = asked;
  // Locks the subject: two findings about it take turns.
  const facts = await deps.measures.subjects[subject.kind].facts(stores, subject.id);
  if (!facts) throw notFound('subject');
  const lane = laneOf(asked);
  const before = await stores.cases.lockOpen(subject, lane);
  const stale = before.filter((one) => !isCurrent(one, facts));
  await supersede(stores, reviewActor, stale);
  // A second look is about the decision of then, and an appeal about its measures: neither follows an edit.
  const found = lane === 'review' ? stale.reduce(withEarlier, asked) : asked;
  const into = before.find((one) => isCurrent(one, facts));
  const opened = into
    ? await addTo(deps, stores, into, found, facts)
    : await insertCase(deps, stores, lane, found, facts);
  if (lane === 'review') for (const { id } of stale) await stores.reports.reattach(id, opened.caseId);
  return opened;
}

async function addTo(
  deps: ReviewDeps,
  stores: ModerationUnit,
  into: ReviewCase,
  found: NewCase,
  facts: SubjectFacts,
): Promise<{ readonly caseId: Id; readonly isNew: boolean }> {
  await stores.cases.update(into.id, merged(deps, into, found, facts));
  return { caseId: into.id, isNew: false };
}

async function insertCase(
  deps: ReviewDeps,
  stores: ModerationUnit,
  lane: CaseLane,
  found: NewCase,
  facts: SubjectFacts,
): Promise<{ readonly caseId: Id; readonly isNew: boolean }> {
  const { subject, severity, confidence } = found;
  const now = deps.runtime.clock.now();
  const weights: Weights = {
    severity,
    confidence,
    reach: facts.reach,
    reportWeight: found.reports?.weight ?? 0,
    trusted: found.reports?.trusted ?? false,
  };
  const opened: ReviewCase = {
    id: deps.runtime.ids.next(),
    lane,
    subject: { kind: subject.kind, id: subject.id },
    revision: facts.revision,
    contentHash: facts.contentHash,
    authorId: facts.authorId,
    queue: found.queue,
    category: found.category,
    ...weights,
    source: found.source,
    reportCount: found.reports?.count ?? 0,
    rank: rankOf(weights, now),
    state: 'open',
    resultId: found.resultId ?? null,
    rules: union(found.rules ?? []),
    detectors: union(found.detectors ?? []),
    cluster: found.cluster ?? NO_CLUSTER,
    notBy: union(found.notBy ?? []),
    ofCaseId: found.secondLookAt ?? found.thirdLookAt ?? null,
    skips: 0,
    openedAt: now,
    dueAt: now + ruleOf(deps.settings.queues, found.queue).slaMs,
    breachedAt: null,
    claim: null,
    tokens: 0,
    decidedAt: null,
    decidedBy: null,
    verdict: null,
    overturnedAt: null,
  };
  if (!(await stores.cases.insert(opened)))
    throw new Error('a case was opened beside the lock of its subject');
  await stores.outbox.append({
    type: 'case.opened',
    actor: reviewActor,
    payload: { ...caseEventOf(opened), queue: opened.queue, lane },
  });
  return { caseId: opened.id, isNew: true };
}
