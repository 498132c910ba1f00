/** A score and whether the row is positive. */
export interface Scored {
  readonly score: number;
  readonly positive: boolean;
}

/** Area under the ROC curve: the chance that a positive scores above a negative, ties half. NaN without both. */
export function auc(rows: readonly Scored[]): number {
  const sorted = [...rows].sort((a, b) => a.score - b.score);
  let ranks = 0;
  let positives = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to]!.score === sorted[from]!.score) to += 1;
    const middle = (from + to + 1) / 2;
    for (let at = from; at < to; at += 1) {
      if (!sorted[at]!.positive) continue;
      ranks += middle;
      positives += 1;
    }
    from = to;
  }
  const negatives = sorted.length - positives;
  return positives === 0 || negatives === 0
    ? Number.NaN
    : (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** What a threshold does: a row is flagged when its score is at least the threshold. */
export interface AtThreshold {
  readonly recall: number;
  readonly precision: number;
  readonly falsePositiveRate: number;
  readonly f1: number;
  readonly accuracy: number;
}

export function atThreshold(rows: readonly Scored[], threshold: number): AtThreshold {
  let hits = 0;
  let alarms = 0;
  let positives = 0;
  for (const { score, positive } of rows) {
    if (positive) positives += 1;
    if (score < threshold) continue;
    if (positive) hits += 1;
    else alarms += 1;
  }
  const negatives = rows.length - positives;
  return {
    recall: hits / positives,
    precision: hits / (hits + alarms),
    falsePositiveRate: alarms / negatives,
    f1: (2 * hits) / (hits + alarms + positives),
    accuracy: (hits + negatives - alarms) / rows.length,
  };
}

/** The lowest threshold that flags at most the share `rate` of the negatives. */
export function thresholdAt(rows: readonly Scored[], rate: number): number {
  const negatives = rows.filter(({ positive }) => !positive).map(({ score }) => score);
  negatives.sort((a, b) => b - a);
  const allowed = Math.floor(negatives.length * rate);
  const first = negatives[allowed];
  return first === undefined ? 0 : first + 1e-9;
}

/** Pearson's r. */
export function correlation(pairs: readonly (readonly [number, number])[]): number {
  const n = pairs.length;
  const mean = (at: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[at], 0) / n;
  const [x, y] = [mean(0), mean(1)];
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (const [a, b] of pairs) {
    xy += (a - x) * (b - y);
    xx += (a - x) ** 2;
    yy += (b - y) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}
