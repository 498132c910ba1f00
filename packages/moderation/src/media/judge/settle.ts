import {
  contentGateActor,
  type Grounds,
  isOfGate,
  type SubjectFacts,
  type SubjectSnapshot,
} from '@socialkit/core';
import type { ModerationResult } from '../../kernel/result.js';
import { severityOf } from '../../kernel/severity.js';
import { applyMeasures } from '../../measures/apply.js';
import type { MeasureInput } from '../../measures/types.js';
import { NO_CLUSTER } from '../../results/types.js';
import { openCase } from '../../review/open-case.js';
import type { ReviewDeps } from '../../review/unit.js';
import type { ModerationUnit } from '../../stores.js';
import { PENDING_LABEL } from './pending-gate.js';

/** What came of a verdict about media. */
export type Settled = 'settled' | 'stale' | 'known';

const KNOWN_RESULTS = 50;

/**
 * Puts a verdict about the media of a post into force, in one transaction: restrictions with their statements, the kept result,
 * the case, and the end of the warning that stood for "not looked at yet". The restrictions are the content gate's: a moderator
 * who approves lifts them. A verdict about earlier content changes nothing, and neither does the same verdict again.
 */
export function settleMedia(
  deps: ReviewDeps,
  about: SubjectSnapshot,
  result: ModerationResult,
): Promise<Settled> {
  const { subject } = about;
  return deps.unitOfWork.transact(async (stores): Promise<Settled> => {
    const facts = await deps.measures.subjects[subject.kind].facts(stores, subject.id);
    if (!facts || facts.contentHash !== about.contentHash) return 'stale';
    if (result.decision === 'approve') {
      await endPending(deps, stores, about);
      return 'settled';
    }
    const kept = await stores.results.ofSubject(subject, KNOWN_RESULTS);
    if (kept.some((one) => isSame(one.result, result))) return 'known';
    const resultId = deps.runtime.ids.next();
    await stores.results.insert({
      id: resultId,
      result,
      authorId: facts.authorId,
      authorTier: 'known',
      locale: null,
      facts: null,
      cluster: { ...NO_CLUSTER, media: about.media.map(({ ref }) => ref).sort() },
      at: deps.runtime.clock.now(),
    });
    await stores.results.bind(resultId, subject, facts.revision);
    await restrictBy(deps, stores, about, facts, result);
    await endPending(deps, stores, about);
    if (result.decision === 'flag_for_review') {
      const category = mainCategory(result);
      await openCase(deps, stores, {
        subject,
        revision: facts.revision,
        queue: result.measures.queue ?? category,
        category,
        severity: severityOf(category),
        confidence: result.confidence,
        source: 'automated',
        resultId,
        rules: unique(result.reasons.map(({ ruleId }) => ruleId)),
        detectors: unique(result.reasons.map(({ detector }) => detector)),
        cluster: { ...NO_CLUSTER, media: about.media.map(({ ref }) => ref).sort() },
      });
    }
    return 'settled';
  });
}

/** Whether two results say the same about the same media. Labels and measures count revisions up; they change no content. */
const isSame = (a: ModerationResult, b: ModerationResult): boolean =>
  a.subject.contentHash === b.subject.contentHash &&
  a.decision === b.decision &&
  a.policy.id === b.policy.id &&
  a.policy.version === b.policy.version &&
  JSON.stringify(Object.entries(a.scores).sort()) === JSON.stringify(Object.entries(b.scores).sort());

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];
const mainCategory = ({ reasons }: ModerationResult): string =>
  [...reasons].sort((a, b) => (b.score ?? 0) - (a.score ?? 0)).find(({ category }) => category !== null)
    ?.category ?? 'other';

/** What others no longer see, or see behind a warning. What waits for a person is taken down or blurred as the policy says. */
function measuresOf({ decision, measures }: ModerationResult): readonly MeasureInput[] {
  const blur: MeasureInput = { kind: 'blur', label: measures.labels[0] ?? 'sensitive' };
  if (decision === 'remove') return [{ kind: 'remove' }];
  if (decision === 'blur_and_warn') return [blur];
  if (measures.visibilityWhilePending === 'author') return [{ kind: 'remove' }];
  return measures.visibilityWhilePending === 'blurred' ? [blur] : [];
}

async function restrictBy(
  deps: ReviewDeps,
  stores: ModerationUnit,
  { subject }: SubjectSnapshot,
  { status, revision }: SubjectFacts,
  result: ModerationResult,
): Promise<void> {
  const wanted = measuresOf(result);
  const down = status === 'flagged' || status === 'under_review';
  // What others do not see anyway is not restricted a second time.
  const measures = down ? wanted.filter(({ kind }) => kind !== 'remove') : wanted;
  if (measures.length === 0) return;
  await applyMeasures(deps.measures, stores, {
    actor: contentGateActor,
    subject,
    revision,
    measures,
    grounds: groundsOf(result),
    caseId: null,
    ...(result.decision === 'remove' && result.measures.strike > 0 ? { strike: result.measures.strike } : {}),
  });
}

function groundsOf(result: ModerationResult): Grounds {
  const [first] = result.reasons;
  const category = mainCategory(result);
  const waiting = result.decision === 'flag_for_review';
  return {
    source: 'automated',
    category,
    ...(first
      ? { ruleId: first.ruleId, detector: { id: first.detector, version: first.version.slice(0, 100) } }
      : {}),
    policy: result.policy,
    facts: 'An automated check looked at the pictures and videos of this post.',
    ground: 'incompatible',
    groundText: `The rules about ${category}`,
    explanation: waiting
      ? `They may fall under "${category}"; a person looks at them.`
      : `They fall under "${category}".`,
    automatedDetection: true,
    automatedDecision: waiting ? 'partial' : 'full',
  };
}

/** Ends the warning that stood for "not looked at yet". */
async function endPending(
  deps: ReviewDeps,
  stores: ModerationUnit,
  { subject }: SubjectSnapshot,
): Promise<void> {
  for (const measure of await stores.measures.active(subject)) {
    if (!isOfGate(measure) || measure.label !== PENDING_LABEL) continue;
    await deps.measures.subjects[subject.kind].reverse(stores, contentGateActor, measure, 'expired');
  }
}
