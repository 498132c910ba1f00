/** Mean and median of some numbers; null where there are none. */
export interface Summary {
  readonly n: number;
  readonly sum: number;
  readonly mean: number | null;
  readonly median: number | null;
}

/** The middle value, or the mean of the two in the middle; null for none. */
export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** See {@link Summary}. */
export function meanAndMedianOf(values: readonly number[]): Summary {
  const sum = values.reduce((total, value) => total + value, 0);
  return {
    n: values.length,
    sum,
    mean: values.length === 0 ? null : sum / values.length,
    median: medianOf(values),
  };
}

/** A rate of posts in its three readings, which differ: all of them are given, and how many posts are behind them. */
export interface Rates {
  /** Sum of the numerators over the sum of the denominators: what the account as a whole gets. */
  readonly pooled: number | null;
  /** Mean of the rates of single posts: every post counts alike. */
  readonly meanOfPosts: number | null;
  /** Median of the rates of single posts: what is usual. */
  readonly median: number | null;
  /** Posts with a denominator above zero: the others say nothing. */
  readonly n: number;
}

/** Rates of posts; all null for no post with a denominator, never 0. */
export function ratesOf(
  posts: readonly { readonly numerator: number; readonly denominator: number }[],
): Rates {
  const said = posts.filter(({ denominator }) => denominator > 0);
  const each = meanAndMedianOf(said.map(({ numerator, denominator }) => numerator / denominator));
  const below = said.reduce((sum, { denominator }) => sum + denominator, 0);
  const above = said.reduce((sum, { numerator }) => sum + numerator, 0);
  return {
    pooled: said.length === 0 ? null : above / below,
    meanOfPosts: each.mean,
    median: each.median,
    n: said.length,
  };
}

/** (end - start) / start; null for a start of 0: nothing grows from nothing by a percentage. */
export const growthOf = (start: number, end: number): number | null =>
  start === 0 ? null : (end - start) / start;

/** Posts a mean is pulled towards the mean of all, as if there were so many more of them. */
export const SHRINKAGE = 10;
/** The 97.5 % point of the normal distribution. */
const Z_95 = 1.959963984540054;

/** A mean of few, pulled towards the mean of all, with its interval. */
export interface ShrunkMean {
  readonly n: number;
  readonly mean: number;
  /** (n x mean + 10 mu) / (n + 10). */
  readonly shrunk: number;
  /** 95 % interval of the shrunk mean. */
  readonly low: number;
  readonly high: number;
}

/**
 * The empirical-Bayes mean of a cell, with {@link SHRINKAGE} pseudo-observations at the mean of all.
 * @param deviation standard deviation over all values, the scale of the interval
 */
export function shrunkMeanOf(values: readonly number[], overall: number, deviation: number): ShrunkMean {
  const n = values.length;
  const mean = n === 0 ? overall : values.reduce((sum, value) => sum + value, 0) / n;
  const shrunk = (n * mean + SHRINKAGE * overall) / (n + SHRINKAGE);
  const half = (Z_95 * deviation) / Math.sqrt(n + SHRINKAGE);
  return { n, mean, shrunk, low: Math.max(0, shrunk - half), high: shrunk + half };
}

/** Sample standard deviation; 0 for fewer than two values. */
export function deviationOf(values: readonly number[]): number {
  const { n, mean } = meanAndMedianOf(values);
  if (n < 2 || mean === null) return 0;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
}

/** Means over the 7 values up to each one, fewer at the beginning. */
export function sevenDayMean(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value, at) => {
    sum += value - (at >= 7 ? (values[at - 7] ?? 0) : 0);
    return sum / Math.min(at + 1, 7);
  });
}
