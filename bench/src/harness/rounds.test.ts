import { describe, expect, it } from 'vitest';
import { atLeast, atMost, judged } from './metric.js';
import { interleave, median, quantile, ratio } from './rounds.js';

describe('figures', () => {
  it('takes the middle value, and the mean of the two middle ones', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 100])).toBe(3);
    expect(median([7])).toBe(7);
  });

  it('leaves the given values in their order', () => {
    const values = [3, 1, 2];
    median(values);
    quantile(values, 0.5);
    expect(values).toEqual([3, 1, 2]);
  });

  it('gives the value below which a share lies, and the largest for everything', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect(quantile(hundred, 0.5)).toBe(51);
    expect(quantile(hundred, 0.99)).toBe(100);
    expect(quantile(hundred, 1)).toBe(100);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('compares round by round, so that a slow round does not count twice', () => {
    // Both sides were ten times slower in the second round: the ratio is two in every round.
    expect(ratio([200, 20, 200], [100, 10, 100])).toBe(2);
    expect(median([200, 20, 20]) / median([100, 100, 10])).not.toBe(2);
  });
});

describe('interleaved rounds', () => {
  const recorded = async (rounds: number) => {
    const order: string[] = [];
    let next = 0;
    const variant = (name: string) => async () => {
      order.push(name);
      return next++;
    };
    const figures = await interleave({ a: variant('a'), b: variant('b') }, { rounds });
    return { order: order.join(''), figures };
  };

  it('warms up once, then runs every variant in every round, turning the order each time', async () => {
    expect((await recorded(3)).order).toBe('ab' + 'ab' + 'ba' + 'ab');
  });

  it('leaves the warm-up out and keeps figures of one round at one place', async () => {
    expect((await recorded(2)).figures).toEqual({ a: [2, 5], b: [3, 4] });
  });

  it('tells after each round which one it was', async () => {
    const rounds: number[] = [];
    await interleave({ a: async () => 1 }, { rounds: 3, onRound: (round) => rounds.push(round) });
    expect(rounds).toEqual([1, 2, 3]);
  });
});

describe('judging', () => {
  it('holds a value against a lower and an upper bound, the bound itself included', () => {
    expect(judged('P1', 'n', 0.8, 'x', atLeast(0.8))).toMatchObject({ goal: '>= 0.8', ok: true });
    expect(judged('P1', 'n', 0.7999, 'x', atLeast(0.8)).ok).toBe(false);
    expect(judged('P3', 'n', 1.3, 'x', atMost(1.3))).toMatchObject({ goal: '<= 1.3', ok: true });
    expect(judged('P3', 'n', 1.31, 'x', atMost(1.3)).ok).toBe(false);
  });

  it('judges what was measured, and rounds only what is shown', () => {
    expect(judged('P1', 'n', 0.799999, 'x', atLeast(0.8))).toMatchObject({ value: 0.8, ok: false });
  });

  it('fails what could not be measured', () => {
    expect(judged('P1', 'n', Number.NaN, 'x', atLeast(0.8)).ok).toBe(false);
    expect(judged('P3', 'n', Number.NaN, 'x', atMost(1.3)).ok).toBe(false);
  });

  it('has no opinion without a goal', () => {
    expect(judged('speed', 'n', 12.3456, '1/s', null)).toEqual({
      metric: 'speed',
      name: 'n',
      value: 12.35,
      unit: '1/s',
      goal: null,
      ok: null,
    });
  });
});
