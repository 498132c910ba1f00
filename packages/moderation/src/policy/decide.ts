import { hash } from 'node:crypto';
import type { Category } from '../kernel/categories.js';
import type { Finding, Missing } from '../kernel/finding.js';
import type { Measures, ModerationResult, Reason } from '../kernel/result.js';
import type { SpamFacts } from '../kernel/spam-facts.js';
import type { ModerationSubject } from '../kernel/subject.js';
import { type CategoryScore, combineFindings } from './combine.js';
import { type CarriedLabel, evaluateConditions } from './conditions.js';
import { holds, thresholdOf } from './ranges.js';
import {
  DECISIONS,
  type Decision,
  type Effects,
  FACTS,
  type FailMode,
  type Policy,
  type Rule,
} from './types.js';

/** All that a decision rests on. */
export interface DecisionInput {
  readonly subject: ModerationSubject;
  readonly findings: readonly Finding[];
  readonly missing: readonly Missing[];
  readonly facts: SpamFacts | null;
  readonly labels: readonly CarriedLabel[];
  /** Unix milliseconds of the decision. */
  readonly now: number;
  /** False when the hour's automatic removals are used up. */
  readonly removalAllowed: boolean;
  /** Rules that ask a person where they say `remove`: too many of their decisions fell on appeal. @default none */
  readonly demotedRules?: ReadonlySet<string>;
  readonly traceId: string | null;
  readonly latencyMs: number;
}

/** A reason rests on no more ranges than this. */
const MOST_SPANS = 40;

const weight = (decision: Decision): number => DECISIONS.indexOf(decision);
// A removal outweighs everything, review outweighs a warning, and a warning outweighs nothing at all.
const heavier = (a: Decision, b: Decision): Decision => (weight(a) >= weight(b) ? a : b);

/** SHA-256 of what is judged: texts by name, links, and media by their hashes. Surface and author do not change content. */
export function contentHashOf({
  texts,
  links,
  media,
}: Pick<ModerationSubject, 'texts' | 'links' | 'media'>): string {
  const ordered = Object.keys(texts)
    .sort()
    .map((field) => [field, texts[field]]);
  return hash(
    'sha256',
    JSON.stringify(media?.length ? [ordered, links, media.map(({ sha256 }) => sha256)] : [ordered, links]),
  );
}

/** Applies a policy. Pure: the same policy and input give the same result, down to the order of every list. */
export function decide(policy: Policy, input: DecisionInput): ModerationResult {
  const { subject } = input;
  const scores = combineFindings(input.findings);
  const byCategory = new Map(scores.map((one) => [one.category, one]));
  const failures = input.missing.filter(({ reason }) => reason === 'unavailable');
  const failed = failures.map((one) => ({ ...one, mode: failModeOf(policy, one.category, subject) }));
  const factor = failed.some(({ mode }) => mode === 'degrade') ? policy.degradedFactor : 1;
  const conditions = evaluateConditions(policy, {
    scores: new Map(scores.map(({ category, score }) => [category, score])),
    facts: input.facts,
    labels: input.labels,
    now: input.now,
    factor,
  });
  const reasons: Reason[] = [];
  const fired: Effects[] = [];
  let decision: Decision = 'approve';
  for (const rule of policy.rules) {
    const reason = reasonOf(rule, subject, byCategory, conditions, factor, policy);
    if (!reason) continue;
    fired.push(rule.do);
    decision = heavier(decision, decisionOf(rule, input));
    reasons.push(reason);
  }
  for (const { category, detector, version, mode } of failed) {
    if (mode !== 'closed') continue;
    decision = heavier(decision, 'flag_for_review');
    reasons.push({
      ruleId: 'fail_policy',
      category,
      score: null,
      threshold: null,
      detector,
      version,
      spans: [],
      ...restingOn(subject.media?.map(({ ref }) => ref)),
      text: `${category} could not be judged, and the policy holds such content back`,
    });
  }
  const capped = decision === 'remove' && !input.removalAllowed;
  if (capped) decision = 'flag_for_review';
  const contentHash = contentHashOf(subject);
  return {
    id: idOf(policy, input, contentHash),
    subject: { type: subject.surface, id: subject.id, revision: subject.revision, contentHash },
    decision,
    reason: decision === 'flag_for_review' ? 'requires_human_review' : 'auto_moderation',
    confidence: confidenceOf(policy, decision, reasons, scores),
    scores: Object.fromEntries(scores.map(({ category, score }) => [category, score])),
    findings: input.findings,
    missing: input.missing,
    reasons: decision === 'approve' ? [] : reasons,
    measures: measuresOf(
      fired,
      failed.some(({ mode }) => mode === 'closed'),
      reasons.some(({ category }) => category === 'child_safety'),
    ),
    conditions: Object.fromEntries(conditions),
    policy: { id: policy.id, version: policy.version },
    automated: decision === 'approve' ? 'none' : decision === 'flag_for_review' ? 'partial' : 'full',
    degraded: failed.length > 0,
    capped,
    latencyMs: input.latencyMs,
    expiresAt: input.now + policy.resultTtlMs,
    traceId: input.traceId,
  };
}

function failModeOf(policy: Policy, category: Category, { surface, media }: ModerationSubject): FailMode {
  // No policy publishes media that could not be held against a bank of child abuse.
  if (category === 'child_safety' && media?.length) return 'closed';
  // The most exact entry wins: both, then category, then surface, then the default of the policy.
  const rank = (entry: Policy['failPolicy'][number]) => (entry.category ? 2 : 0) + (entry.surface ? 1 : 0);
  const fitting = policy.failPolicy.filter(
    (entry) =>
      (entry.category === null || entry.category === category) &&
      (entry.surface === null || entry.surface === surface),
  );
  return [...fitting].sort((a, b) => rank(b) - rank(a))[0]?.mode ?? 'degrade';
}

/** What a rule decides, now that it may have lost the right to remove. */
const decisionOf = ({ id, do: { decision } }: Rule, { demotedRules }: DecisionInput): Decision =>
  decision === 'remove' && demotedRules?.has(id) ? 'flag_for_review' : decision;

function selects({ when }: Rule, subject: ModerationSubject): boolean {
  if (when.surface && !when.surface.includes(subject.surface)) return false;
  if (when.authorTier && !when.authorTier.includes(subject.authorTier)) return false;
  if (!when.locale) return true;
  return subject.locale !== null && when.locale.includes(subject.locale.split('-')[0]!.toLowerCase());
}

function reasonOf(
  rule: Rule,
  subject: ModerationSubject,
  scores: ReadonlyMap<Category, CategoryScore>,
  conditions: ReadonlyMap<string, boolean>,
  factor: number,
  policy: Policy,
): Reason | null {
  const { when } = rule;
  if ('condition' in when) {
    if (!conditions.get(when.condition) || !selects(rule, subject)) return null;
    return {
      ruleId: rule.id,
      category: null,
      score: null,
      threshold: null,
      detector: 'condition',
      version: `${policy.id}@${policy.version}`,
      spans: wholeTexts(subject),
      ...restingOn(subject.media?.map(({ ref }) => ref)),
      text: `the condition ${when.condition} holds`,
    };
  }
  const found = scores.get(when.category);
  if (!found || !holds(when, found.score, factor) || !selects(rule, subject)) return null;
  const { leading } = found;
  const spans = leading.evidence
    .flatMap((one) => {
      if (one.kind !== 'span') return [];
      return one.spans.map(({ start, end }) => ({ field: one.field, start, end }));
    })
    .slice(0, MOST_SPANS);
  return {
    ruleId: rule.id,
    category: when.category,
    score: found.score,
    threshold: Math.round(thresholdOf(when) * factor * 1e6) / 1e6,
    detector: leading.detector,
    version: leading.version,
    spans: spans.length > 0 ? spans : wholeTexts(subject),
    ...restingOn(mediaOf(leading)),
    text: `${when.category} ${found.score.toFixed(3)}${leading.evidence[0] ? `: ${leading.evidence[0].note}` : ''}`,
  };
}

const restingOn = (media: readonly string[] | undefined): Pick<Reason, 'media'> =>
  media?.length ? { media } : {};

const mediaOf = ({ evidence }: Finding): readonly string[] => [
  ...new Set(evidence.flatMap((one) => ('ref' in one ? [one.ref] : []))),
];

const wholeTexts = ({ texts }: ModerationSubject): Reason['spans'] =>
  Object.keys(texts)
    .sort()
    .filter((field) => texts[field] !== '')
    .map((field) => ({ field, start: 0, end: texts[field]!.length }));

const NO_MEASURES: Measures = Object.freeze({
  visibilityWhilePending: 'everyone',
  labels: [],
  queue: null,
  priority: 0,
  strike: 0,
  statementTemplates: [],
});

function measuresOf(fired: readonly Effects[], held: boolean, restricted: boolean): Measures {
  if (fired.length === 0 && !held) return NO_MEASURES;
  const strictness = ['everyone', 'blurred', 'author'] as const;
  const most = fired.reduce(
    (level, { visibilityWhilePending }) => Math.max(level, strictness.indexOf(visibilityWhilePending)),
    0,
  );
  const top = [...fired].filter(({ queue }) => queue !== null).sort((a, b) => b.priority - a.priority)[0];
  return {
    visibilityWhilePending: strictness[held ? 2 : most]!,
    labels: [...new Set(fired.flatMap(({ labels }) => labels))].sort(),
    queue: top?.queue ?? (held ? 'unjudged' : null),
    priority: fired.reduce((highest, { priority }) => Math.max(highest, priority), held ? 50 : 0),
    strike: fired.reduce((highest, { strike }) => Math.max(highest, strike), 0),
    statementTemplates: [
      ...new Set(fired.flatMap(({ statementTemplate }) => statementTemplate ?? [])),
    ].sort(),
    ...(restricted ? { handling: 'restricted' as const } : {}),
  };
}

function confidenceOf(
  policy: Policy,
  decision: Decision,
  reasons: readonly Reason[],
  scores: readonly CategoryScore[],
): number {
  if (decision !== 'approve') {
    const acted = reasons.flatMap(({ score }) => (score === null ? [] : [score]));
    return acted.length > 0 ? Math.max(...acted) : 0.5;
  }
  const asked = askedBy(policy);
  const highest = scores.reduce(
    (most, { category, score }) => (asked.has(category) ? Math.max(most, score) : most),
    0,
  );
  return Math.round((1 - highest) * 1e6) / 1e6;
}

const askedCategories = new WeakMap<Policy, ReadonlySet<Category>>();

/** The categories that some rule of a policy asks about. */
function askedBy(policy: Policy): ReadonlySet<Category> {
  const known = askedCategories.get(policy);
  if (known) return known;
  const asked = new Set(policy.rules.flatMap(({ when }) => ('category' in when ? [when.category] : [])));
  askedCategories.set(policy, asked);
  return asked;
}

/** What the id stands for: all that decides, in a few words. Evidence follows from content, detectors and versions. */
function idOf(policy: Policy, input: DecisionInput, contentHash: string): string {
  const { subject, facts, labels } = input;
  let rests = `${policy.id}@${policy.version} ${subject.surface} ${subject.revision} ${subject.authorTier} ${subject.locale} ${input.removalAllowed} ${subject.id} `;
  for (const { detector, version, category, score, shadow } of input.findings) {
    rests += `${detector}@${version} ${category} ${score} ${shadow};`;
  }
  for (const { detector, version, category, reason } of input.missing) {
    rests += `${detector}@${version} ${category} ${reason};`;
  }
  if (facts) rests += FACTS.map((fact) => facts[fact]).join(',');
  for (const { name, expiresAt } of labels) rests += `${name} ${expiresAt};`;
  // Rules that this policy lacks change nothing.
  for (const rule of policy.rules) if (input.demotedRules?.has(rule.id)) rests += `demoted ${rule.id};`;
  return hash('sha256', contentHash + rests).slice(0, 32);
}
