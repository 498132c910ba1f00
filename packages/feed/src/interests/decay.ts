import { INTEREST_HALF_LIFE_MS } from './types.js';

/**
 * Weights that decay are kept as marks: log2 of the weight at the beginning of time, which nothing but new actions change.
 * The order of marks is the order of weights at any moment, and adding in any order gives the same mark.
 */
export const markOf = (amount: number, at: number): number => Math.log2(amount) + at / INTEREST_HALF_LIFE_MS;

/** The weight of a mark at a moment. @param now Unix ms */
export const weightAt = (mark: number, now: number): number => 2 ** (mark - now / INTEREST_HALF_LIFE_MS);

/** The mark of two weights together; never below either. */
export const addMarks = (a: number, b: number): number => {
  const [high, low] = a > b ? [a, b] : [b, a];
  return high + Math.log2(1 + 2 ** (low - high));
};
