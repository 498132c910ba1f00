import { isSocialError } from '@socialkit/core';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from './load-policy.js';
import { balancedV1, documentV1 } from './shipped.js';
import type { PolicyInput } from './types.js';

const rule = (
  id: string,
  when: PolicyInput['rules'][number]['when'],
  decision = 'flag_for_review' as const,
) => ({
  id,
  when,
  do: { decision },
});
const policy = (rules: PolicyInput['rules'], rest: Partial<PolicyInput> = {}): PolicyInput => ({
  id: 'p',
  version: 1,
  rules,
  ...rest,
});

function problemsOf(input: PolicyInput): string {
  try {
    loadPolicy(input);
  } catch (error) {
    if (!isSocialError(error)) throw error;
    expect(error.code).toBe('policy.invalid');
    return (error.fields ?? []).map(({ message }) => message).join('\n');
  }
  return '';
}

describe('loading a policy', () => {
  it('accepts the shipped ones and freezes them', () => {
    expect(Object.isFrozen(balancedV1.rules[0]!.do)).toBe(true);
    expect([balancedV1.id, documentV1.id]).toEqual(['balanced-v1', 'document-v1']);
  });

  it.each([
    [
      'ids that are there twice',
      policy([rule('a', { category: 'spam', gte: 0.9 }), rule('a', { category: 'hate', gte: 0.5 })]),
      'twice',
    ],
    ['a range without a score', policy([rule('a', { category: 'spam', gte: 0.9, lt: 0.9 })]), 'never fires'],
    [
      'a range with two lower ends',
      policy([rule('a', { category: 'spam', gte: 0.9, gt: 0.8 })]),
      'two lower ends',
    ],
    ['no threshold', policy([rule('a', { category: 'spam', lt: 0.5 })]), 'no threshold'],
    [
      'an empty selector',
      policy([rule('a', { category: 'spam', gte: 0.5, surface: [] })]),
      'surface is empty',
    ],
    [
      'overlapping rules',
      policy([rule('a', { category: 'spam', gte: 0.5 }), rule('b', { category: 'spam', gte: 0.9 })]),
      'for the same scores',
    ],
    ['a missing condition', policy([rule('a', { condition: 'x' })]), 'there is no condition'],
    [
      'a condition that hangs on itself',
      policy([rule('a', { condition: 'x' })], {
        conditions: [
          { name: 'x', all: [{ kind: 'condition', name: 'y', is: true }] },
          { name: 'y', all: [{ kind: 'condition', name: 'x', is: false }] },
        ],
      }),
      'hangs on itself',
    ],
    [
      'a condition that asks nothing',
      policy([rule('a', { condition: 'x' })], { conditions: [{ name: 'x' }] }),
      'asks nothing',
    ],
  ])('refuses %s', (_, input, message) => {
    expect(problemsOf(input)).toContain(message);
  });

  it('refuses removal where only a person removes, also through a condition', () => {
    const remove = { decision: 'remove' as const };
    expect(problemsOf(policy([{ id: 'a', when: { category: 'hate', gte: 0.99 }, do: remove }]))).toContain(
      'only a person',
    );
    expect(
      problemsOf(
        policy([{ id: 'a', when: { condition: 'x' }, do: remove }], {
          conditions: [
            { name: 'x', all: [{ kind: 'score', category: 'harassment', gte: 0.9, missing: false }] },
          ],
        }),
      ),
    ).toContain('only a person');
  });

  it('lets rules of one category stand beside each other for other scores, tiers and surfaces', () => {
    expect(
      problemsOf(
        policy([
          rule('a', { category: 'spam', gte: 0.5, lt: 0.9 }),
          rule('b', { category: 'spam', gte: 0.9, surface: ['post'] }),
          rule('c', { category: 'spam', gte: 0.9, surface: ['comment'] }),
        ]),
      ),
    ).toBe('');
  });
});
