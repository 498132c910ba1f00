import type { Category } from '../kernel/categories.js';
import { type DecisionInput, decide } from './decide.js';
import { DECISIONS, type Decision, type Policy } from './types.js';

/** One stored case: what was found, and what people decided where they did. */
export interface LabelledCase {
  readonly input: Omit<DecisionInput, 'removalAllowed'>;
  /** Whether people found it to be an offence; null where nobody decided. */
  readonly offence: boolean | null;
}

/** How a policy would have done. */
export interface PolicyFigures {
  readonly decisions: Readonly<Record<Decision, number>>;
  /** Of what it restricts or flags, the share that is an offence; NaN where nothing labelled is. */
  readonly precision: number;
  /** Of the offences, the share it restricts or flags. */
  readonly recall: number;
  /** Of what is no offence, the share it restricts or flags. */
  readonly falsePositiveRate: number;
  readonly reviewsPerDay: number;
}

export interface Backtest {
  readonly cases: number;
  readonly labelled: number;
  readonly candidate: PolicyFigures;
  /** The same of the policy it is compared with, where one is given. */
  readonly current: PolicyFigures | null;
  /** Cases that would be decided otherwise, at most 1000. */
  readonly changed: readonly {
    readonly subjectId: string;
    readonly from: Decision;
    readonly to: Decision;
    readonly offence: boolean | null;
    /** Categories of the rules that fire under the candidate. */
    readonly categories: readonly Category[];
  }[];
  readonly changedTotal: number;
}

const MOST_CHANGED = 1000;

/**
 * Runs a policy over stored findings. Nothing is detected again and nothing is written. Removals count against the policy's
 * hourly cap in the order of the cases' times.
 */
export function backtest(
  candidate: Policy,
  cases: readonly LabelledCase[],
  options: { readonly current?: Policy } = {},
): Backtest {
  const ordered = [...cases].sort((a, b) => a.input.now - b.input.now);
  const days = Math.max(
    1,
    ordered.length < 2 ? 1 : (ordered.at(-1)!.input.now - ordered[0]!.input.now) / 86_400_000,
  );
  const ran = run(candidate, ordered);
  const before = options.current ? run(options.current, ordered) : null;
  const changed: Backtest['changed'][number][] = [];
  let changedTotal = 0;
  if (before) {
    ran.forEach((result, at) => {
      const from = before[at]!.decision;
      if (from === result.decision) return;
      changedTotal += 1;
      if (changed.length >= MOST_CHANGED) return;
      changed.push({
        subjectId: result.subject.id,
        from,
        to: result.decision,
        offence: ordered[at]!.offence,
        categories: [...new Set(result.reasons.flatMap(({ category }) => category ?? []))],
      });
    });
  }
  return {
    cases: ordered.length,
    labelled: ordered.filter(({ offence }) => offence !== null).length,
    candidate: figuresOf(ran, ordered, days),
    current: before ? figuresOf(before, ordered, days) : null,
    changed,
    changedTotal,
  };
}

function run(policy: Policy, cases: readonly LabelledCase[]) {
  let removals: number[] = [];
  return cases.map(({ input }) => {
    const result = decide(policy, { ...input, removalAllowed: true });
    if (result.decision !== 'remove') return result;
    removals = removals.filter((at) => at > input.now - 3_600_000);
    if (removals.length >= policy.automation.removalsPerHour) {
      return decide(policy, { ...input, removalAllowed: false });
    }
    removals.push(input.now);
    return result;
  });
}

function figuresOf(
  results: readonly { readonly decision: Decision }[],
  cases: readonly LabelledCase[],
  days: number,
): PolicyFigures {
  const decisions = Object.fromEntries(DECISIONS.map((decision) => [decision, 0])) as Record<
    Decision,
    number
  >;
  let hits = 0;
  let alarms = 0;
  let offences = 0;
  let harmless = 0;
  results.forEach(({ decision }, at) => {
    decisions[decision] += 1;
    const { offence } = cases[at]!;
    if (offence === null) return;
    if (offence) offences += 1;
    else harmless += 1;
    if (decision === 'approve') return;
    if (offence) hits += 1;
    else alarms += 1;
  });
  return {
    decisions,
    precision: hits / (hits + alarms),
    recall: hits / offences,
    falsePositiveRate: alarms / harmless,
    reviewsPerDay: decisions.flag_for_review / days,
  };
}
