import { invalid } from '@socialkit/core';
import type { Category } from '../kernel/categories.js';
import { isEmpty, overlap } from './ranges.js';
import {
  type Condition,
  type Policy,
  type PolicyInput,
  type Predicate,
  policySchema,
  type Rule,
} from './types.js';

interface Problem {
  readonly path: string;
  readonly message: string;
}

/**
 * Reads a policy and refuses one that does not do what it seems to: ids twice, ranges without a score, rules that overlap, rules
 * that can never fire, conditions that are missing or hang on themselves, removal where only a person may remove. The result is
 * frozen.
 *
 * @throws policy.invalid with one field per problem
 */
export function loadPolicy(input: PolicyInput): Policy {
  const parsed = policySchema.safeParse(input);
  if (!parsed.success) {
    throw invalid(
      'policy.invalid',
      'this is no policy',
      parsed.error.issues.slice(0, 20).map(({ path, message }) => ({ path: path.join('.'), message })),
    );
  }
  const policy = parsed.data;
  const problems = [
    ...duplicates(
      'rules',
      policy.rules.map(({ id }) => id),
    ),
    ...duplicates(
      'conditions',
      policy.conditions.map(({ name }) => name),
    ),
    ...policy.rules.flatMap((rule, at) => ruleProblems(policy, rule, `rules.${at}`)),
    ...overlaps(policy.rules),
    ...policy.conditions.flatMap((condition, at) => conditionProblems(policy, condition, `conditions.${at}`)),
  ];
  if (problems.length > 0) {
    throw invalid('policy.invalid', `the policy ${policy.id} does not hold together`, problems.slice(0, 50));
  }
  return deepFreeze(policy);
}

function duplicates(path: string, ids: readonly string[]): Problem[] {
  return ids.flatMap((id, at) =>
    ids.indexOf(id) === at ? [] : [{ path: `${path}.${at}`, message: `"${id}" is there twice` }],
  );
}

function ruleProblems(policy: Policy, rule: Rule, path: string): Problem[] {
  const problems: Problem[] = [];
  const say = (message: string) => problems.push({ path, message: `${rule.id}: ${message}` });
  const { when } = rule;
  for (const selector of ['surface', 'authorTier', 'locale'] as const) {
    if (when[selector]?.length === 0) say(`never fires: ${selector} is empty`);
  }
  if ('condition' in when) {
    if (!policy.conditions.some(({ name }) => name === when.condition))
      say(`there is no condition "${when.condition}"`);
    if (rule.do.decision === 'remove') {
      const judged = categoriesOf(policy, when.condition);
      if (judged.includes('child_safety')) say('removes by child_safety, where evidence is kept');
      const human = judged.filter((category) => policy.automation.humanOnly.includes(category));
      if (human.length > 0) say(`removes by ${human.join(', ')}, where only a person removes`);
    }
    return problems;
  }
  if (when.gte !== undefined && when.gt !== undefined) say('has two lower ends');
  if (when.lte !== undefined && when.lt !== undefined) say('has two upper ends');
  if (when.gte === undefined && when.gt === undefined) say('has no threshold');
  if (isEmpty(when)) say('never fires: no score is in its range');
  if (rule.do.decision === 'remove' && when.category === 'child_safety') {
    say('removes by child_safety, where evidence is kept and people are told');
  }
  if (rule.do.decision === 'remove' && policy.automation.humanOnly.includes(when.category)) {
    say(`removes by ${when.category}, where only a person removes`);
  }
  return problems;
}

function categoriesOf(
  policy: Policy,
  name: string,
  seen: ReadonlySet<string> = new Set(),
): readonly Category[] {
  const condition = policy.conditions.find((one) => one.name === name);
  if (!condition || seen.has(name)) return [];
  return [...condition.all, ...condition.any].flatMap((predicate) => {
    if (predicate.kind === 'score') return [predicate.category];
    return predicate.kind === 'condition'
      ? categoriesOf(policy, predicate.name, new Set([...seen, name]))
      : [];
  });
}

const meet = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
  a === undefined || b === undefined || a.some((value) => b.includes(value));

function overlaps(rules: readonly Rule[]): Problem[] {
  const problems: Problem[] = [];
  rules.forEach((rule, at) => {
    for (const other of rules.slice(0, at)) {
      const [a, b] = [rule.when, other.when];
      if (!('category' in a) || !('category' in b) || a.category !== b.category) continue;
      if (!meet(a.surface, b.surface) || !meet(a.authorTier, b.authorTier) || !meet(a.locale, b.locale))
        continue;
      if (overlap(a, b)) {
        problems.push({ path: `rules.${at}`, message: `${rule.id} and ${other.id} are for the same scores` });
      }
    }
  });
  return problems;
}

function conditionProblems(policy: Policy, condition: Condition, path: string): Problem[] {
  const problems: Problem[] = [];
  const say = (message: string) => problems.push({ path, message: `${condition.name}: ${message}` });
  const predicates = [...condition.all, ...condition.any];
  if (predicates.length === 0) say('asks nothing');
  for (const predicate of predicates) {
    if (predicate.kind === 'score' && isEmpty(predicate)) say('no score is in its range');
    if (predicate.kind === 'fact' && predicate.gte === undefined && predicate.lt === undefined) {
      say(`asks nothing of ${predicate.fact}`);
    }
    if (predicate.kind === 'fact' && (predicate.gte ?? -Infinity) >= (predicate.lt ?? Infinity)) {
      say(`no ${predicate.fact} is in its range`);
    }
    if (predicate.kind === 'condition' && !policy.conditions.some(({ name }) => name === predicate.name)) {
      say(`there is no condition "${predicate.name}"`);
    }
  }
  if (reaches(policy, predicates, condition.name, new Set())) say('hangs on itself');
  return problems;
}

function reaches(policy: Policy, predicates: readonly Predicate[], name: string, seen: Set<string>): boolean {
  return predicates.some((predicate) => {
    if (predicate.kind !== 'condition') return false;
    if (predicate.name === name) return true;
    if (seen.has(predicate.name)) return false;
    seen.add(predicate.name);
    const next = policy.conditions.find((one) => one.name === predicate.name);
    return next !== undefined && reaches(policy, [...next.all, ...next.any], name, seen);
  });
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
