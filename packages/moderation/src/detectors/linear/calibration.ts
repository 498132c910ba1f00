/**
 * A fitted table from raw scores to probabilities: knots in rising order, straight between them, level outside. Rising
 * strictly, so that it changes no ranking inside its range.
 */
export interface CalibrationTable {
  readonly raw: readonly number[];
  readonly score: readonly number[];
}

/** The probability of a raw score. */
export function calibrated({ raw, score }: CalibrationTable, value: number): number {
  const last = raw.length - 1;
  if (last < 0) return 1 / (1 + Math.exp(-value));
  if (!(value > raw[0]!)) return score[0]!;
  if (value >= raw[last]!) return score[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (raw[middle]! <= value) low = middle;
    else high = middle;
  }
  const share = (value - raw[low]!) / (raw[high]! - raw[low]!);
  return score[low]! + share * (score[high]! - score[low]!);
}
