/** Rounds of every comparison: an odd number, so that the median is a measured value. */
export const DEFAULT_ROUNDS = 5;

/** The middle value; of an even count the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The value below which `share` (0 to 1) of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** One way of doing a thing: measures itself once and returns its figure. */
export type Variant = () => Promise<number>;

/**
 * Runs all variants once a round, in alternating order, after one unmeasured warm-up round. Ratios are taken inside a
 * round, so that a slow minute of the machine hits both sides.
 */
export async function interleave<K extends string>(
  variants: Readonly<Record<K, Variant>>,
  options: { readonly rounds: number; readonly onRound?: (round: number) => void },
): Promise<Record<K, number[]>> {
  const names = Object.keys(variants) as K[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (const name of names) await variants[name]();
  for (let round = 0; round < options.rounds; round++) {
    for (const name of round % 2 === 0 ? names : [...names].reverse())
      figures[name].push(await variants[name]());
    options.onRound?.(round + 1);
  }
  return figures;
}

/** Median over the rounds of `a / b`. */
export const ratio = (a: readonly number[], b: readonly number[]): number =>
  median(a.map((value, round) => value / b[round]!));
