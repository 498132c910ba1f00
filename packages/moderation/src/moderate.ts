import { type Clock, invalid } from '@socialkit/core';
import { createTextDetector } from './detectors/linear/text-detector.js';
import { createListDetector, createWordLists, type WordLists } from './detectors/lists/list-detector.js';
import type { SpamModel } from './detectors/online/spam-model.js';
import { createSentimentDetector } from './detectors/sentiment/sentiment-detector.js';
import { createSpamDetector } from './detectors/spam/spam-detector.js';
import type { Detector, DetectorInput } from './kernel/detector.js';
import type { Detection, Finding, Missing } from './kernel/finding.js';
import type { MediaReading } from './kernel/media-reading.js';
import { readSubject } from './kernel/reading.js';
import type { ModerationResult } from './kernel/result.js';
import type { SpamFacts } from './kernel/spam-facts.js';
import {
  type ModerationSubject,
  type ModerationSubjectInput,
  type Surface,
  subjectSchema,
} from './kernel/subject.js';
import type { CarriedLabel } from './policy/conditions.js';
import { type DecisionInput, decide } from './policy/decide.js';
import { createMemoryRemovalBudget, type RemovalBudget } from './policy/removal-budget.js';
import type { RuleStandings } from './policy/rule-standings.js';
import { balancedV1 } from './policy/shipped.js';
import type { Policy } from './policy/types.js';

export interface TextModerationOptions {
  /** @default balanced-v1 */
  readonly policy?: Policy;
  /** Policies of single surfaces; they win over `policy`. */
  readonly surfaces?: Readonly<Partial<Record<Surface, Policy>>>;
  /** Policies that decide beside the live one; {@link TextModerationOptions.onShadow} gets what they would have done. */
  readonly shadows?: readonly Policy[];
  readonly onShadow?: (live: ModerationResult, shadow: ModerationResult) => void;
  /** The host's word lists. @default the package's own list only */
  readonly lists?: WordLists;
  readonly spamModel?: SpamModel;
  /** Detectors beside the local ones, for example of a service. @default [] */
  readonly detectors?: readonly Detector[];
  /** @default counted in this process */
  readonly removals?: RemovalBudget;
  /** Knows the rules that lost the right to remove by themselves. @default every rule does what it says */
  readonly standings?: RuleStandings;
}

/** What a host knows beside the subject. */
export interface ModerationContext {
  readonly facts?: SpamFacts;
  /** The subject's media as they were read; without them media count as not looked at. */
  readonly media?: readonly MediaReading[];
  readonly labels?: readonly CarriedLabel[];
  readonly traceId?: string;
}

/** Judges texts with the detectors of this process. */
export interface TextModeration {
  readonly lists: WordLists;
  readonly detectors: readonly Detector[];
  /** The policy of a surface. */
  policyOf(surface: Surface): Policy;
  /** @throws subject.invalid */
  moderate(input: ModerationSubjectInput, context?: ModerationContext): Promise<ModerationResult>;
  /** What the detectors find, without a decision. @throws subject.invalid */
  detect(input: ModerationSubjectInput, context?: ModerationContext): Promise<Detection>;
}

/**
 * The local pipeline: word lists, the shipped model, spam signals and sentiment over texts that are read once, then a policy.
 * It asks no service and needs no key. The same subject, context, lists, models and policy give the same result.
 */
export function createTextModeration(
  deps: { readonly clock: Clock },
  options: TextModerationOptions = {},
): TextModeration {
  const {
    policy = balancedV1,
    surfaces = {},
    shadows = [],
    onShadow,
    lists = createWordLists(),
    spamModel,
    detectors: others = [],
    removals = createMemoryRemovalBudget(),
    standings,
  } = options;
  const detectors: readonly Detector[] = [
    createListDetector(lists),
    createTextDetector(),
    createSpamDetector(spamModel ? { model: spamModel } : {}),
    createSentimentDetector(),
    ...others,
  ];
  const policyOf = (surface: Surface): Policy => surfaces[surface] ?? policy;

  function judge(subject: ModerationSubject, context: ModerationContext): Detection | Promise<Detection> {
    const input: DetectorInput = {
      subject,
      readings: readSubject(subject, lists.index),
      media: context.media ?? [],
      facts: context.facts ?? null,
    };
    const detections = detectors.map((detector) => detectSafely(detector, input));
    // Local detectors answer at once; only those that ask a service are waited for.
    return detections.some((one) => one instanceof Promise)
      ? Promise.all(detections).then(merge)
      : merge(detections as readonly Detection[]);
  }

  return {
    lists,
    detectors,
    policyOf,
    detect: async (input, context = {}) => judge(parseSubject(input), context),
    async moderate(input, context = {}) {
      const began = deps.clock.now();
      const subject = parseSubject(input);
      const live = policyOf(subject.surface);
      const { findings, missing } = await judge(subject, context);
      const demotedRules = await standings?.demoted();
      const now = deps.clock.now();
      const base: DecisionInput = {
        subject,
        findings,
        missing,
        facts: context.facts ?? null,
        labels: context.labels ?? [],
        now,
        removalAllowed: true,
        ...(demotedRules ? { demotedRules } : {}),
        traceId: context.traceId ?? null,
        latencyMs: now - began,
      };
      let result = decide(live, base);
      if (result.decision === 'remove' && !(await removals.take(now, live.automation.removalsPerHour))) {
        result = decide(live, { ...base, removalAllowed: false });
      }
      for (const shadow of shadows) {
        if (shadow.shadowOf !== null && shadow.shadowOf !== live.id) continue;
        onShadow?.(result, decide(shadow, base));
      }
      return result;
    },
  };
}

/** In order of the detectors, not of their answers: the result is the same however fast each is. */
function merge(detections: readonly Detection[]): Detection {
  const findings: Finding[] = [];
  const missing: Missing[] = [];
  for (const detection of detections) {
    findings.push(...detection.findings);
    missing.push(...detection.missing);
  }
  return { findings, missing };
}

/** A detector that throws is one that could not judge, never one that found nothing. */
function detectSafely(detector: Detector, input: DetectorInput): Detection | Promise<Detection> {
  const failed = (): Detection => {
    const { id, version, categories } = detector;
    return {
      findings: [],
      missing: categories.map((category) => ({
        detector: id,
        version,
        category,
        reason: 'unavailable' as const,
      })),
    };
  };
  try {
    const detection = detector.detect(input);
    return detection instanceof Promise ? detection.catch(failed) : detection;
  } catch {
    return failed();
  }
}

function parseSubject(input: ModerationSubjectInput): ModerationSubject {
  const parsed = subjectSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalid(
    'subject.invalid',
    'this cannot be judged',
    parsed.error.issues.slice(0, 20).map(({ path, message }) => ({ path: path.join('.'), message })),
  );
}
