import fc from 'fast-check';
import { describe, it } from 'vitest';
import { KINDS, PEOPLE, playAgainstModel, type Step } from './sample-model.js';
import { createSampleWorld } from './sample-world.js';

const person = fc.nat(PEOPLE - 1);
const pair = fc
  .tuple(person, fc.nat(PEOPLE - 2))
  .map(([a, b]): readonly [number, number] => [a, b >= a ? b + 1 : b]);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 16, arbitrary: fc.record({ kind: fc.constantFrom(...KINDS), pair }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('follow' as const), pair, hide: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('privacy' as const), who: person, value: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('state' as const), who: person, active: fc.boolean() }),
  },
);

describe('the graph under random operations', () => {
  it('answers, counts and lists as a naive model says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), (steps) =>
        playAgainstModel(createSampleWorld(), steps),
      ),
      { numRuns: Number(process.env.SOCIALKIT_MODEL_RUNS ?? 300) },
    );
  });
});
