import { describe, expect, it } from 'vitest';
import { atThreshold, auc, correlation, type Scored, thresholdAt } from './figures.js';

const rows = (scores: readonly number[], positive: boolean): Scored[] =>
  scores.map((score) => ({ score, positive }));

describe('figures', () => {
  it('count pairs for the area under the curve, ties half', () => {
    const positives = [0.9, 0.4, 0.4, 0.1];
    const negatives = [0.8, 0.4, 0.2];
    let pairs = 0;
    for (const a of positives) for (const b of negatives) pairs += a > b ? 1 : a === b ? 0.5 : 0;
    expect(auc([...rows(positives, true), ...rows(negatives, false)])).toBeCloseTo(pairs / 12, 12);
    expect(auc(rows(positives, true))).toBeNaN();
  });

  it('fix a threshold that lets at most the share of harmless rows through', () => {
    const negatives = rows([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.9], false);
    for (const rate of [0, 0.1, 0.2, 0.5]) {
      const { falsePositiveRate } = atThreshold(
        [...negatives, ...rows([1], true)],
        thresholdAt(negatives, rate),
      );
      expect(falsePositiveRate).toBeLessThanOrEqual(rate);
    }
  });

  it('give recall, precision and F1 at a threshold', () => {
    const all = [...rows([0.9, 0.8, 0.3], true), ...rows([0.85, 0.1], false)];
    expect(atThreshold(all, 0.5)).toMatchObject({
      recall: 2 / 3,
      precision: 2 / 3,
      falsePositiveRate: 0.5,
      accuracy: 0.6,
    });
  });

  it('correlate', () => {
    expect(
      correlation([
        [1, 2],
        [2, 4],
        [3, 6],
      ]),
    ).toBeCloseTo(1, 12);
    expect(
      correlation([
        [1, -2],
        [2, -4],
        [3, -6],
      ]),
    ).toBeCloseTo(-1, 12);
  });
});
