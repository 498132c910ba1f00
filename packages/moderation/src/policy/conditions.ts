import type { Category } from '../kernel/categories.js';
import type { SpamFacts } from '../kernel/spam-facts.js';
import { holds } from './ranges.js';
import type { Policy, Predicate } from './types.js';

/** A label that an author or subject carries. */
export interface CarriedLabel {
  readonly name: string;
  /** Unix milliseconds; null for ever. */
  readonly expiresAt: number | null;
}

export interface ConditionInput {
  readonly scores: ReadonlyMap<Category, number>;
  readonly facts: SpamFacts | null;
  readonly labels: readonly CarriedLabel[];
  /** Unix milliseconds: labels that have expired by then do not count. */
  readonly now: number;
  /** Moves lower ends of score ranges. */
  readonly factor: number;
}

/** Every named condition of a policy as true or false; none is undefined. */
export function evaluateConditions(policy: Policy, input: ConditionInput): ReadonlyMap<string, boolean> {
  const values = new Map<string, boolean>();
  const truthOf = (name: string): boolean => {
    const known = values.get(name);
    if (known !== undefined) return known;
    const condition = policy.conditions.find((one) => one.name === name)!;
    const value = condition.all.every(is) && (condition.any.length === 0 || condition.any.some(is));
    values.set(name, value);
    return value;
  };
  const is = (predicate: Predicate): boolean => {
    switch (predicate.kind) {
      case 'score': {
        const score = input.scores.get(predicate.category);
        return score === undefined ? predicate.missing : holds(predicate, score, input.factor);
      }
      case 'fact': {
        const fact = input.facts?.[predicate.fact] ?? null;
        if (fact === null) return predicate.missing;
        return fact >= (predicate.gte ?? -Infinity) && fact < (predicate.lt ?? Infinity);
      }
      case 'label':
        return input.labels.some(
          ({ name, expiresAt }) => name === predicate.label && (expiresAt === null || expiresAt > input.now),
        );
      case 'condition':
        return truthOf(predicate.name) === predicate.is;
    }
  };
  for (const { name } of policy.conditions) truthOf(name);
  return values;
}
