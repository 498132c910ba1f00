import type { CalibrationTable } from '../detectors/linear/calibration.js';

/** A raw score and whether the category was right. */
export interface Judged {
  readonly raw: number;
  readonly positive: boolean;
}

const round = (value: number): number => Math.round(value * 1e5) / 1e5;

/**
 * Fits a {@link CalibrationTable}: bins of equal size, pooled until they rise (isotonic regression), with a slight slope inside
 * pools and tails, so that no two scores become equal.
 */
export function fitCalibration(judged: readonly Judged[], bins = 24): CalibrationTable {
  const sorted = [...judged].sort((a, b) => a.raw - b.raw);
  if (sorted.length < bins * 2) return { raw: [], score: [] };
  interface Pool {
    raw: number;
    positive: number;
    count: number;
  }
  const pools: Pool[] = [];
  for (let bin = 0; bin < bins; bin += 1) {
    const part = sorted.slice(
      Math.floor((bin * sorted.length) / bins),
      Math.floor(((bin + 1) * sorted.length) / bins),
    );
    pools.push({
      raw: part.reduce((sum, { raw }) => sum + raw, 0),
      positive: part.filter(({ positive }) => positive).length,
      count: part.length,
    });
    while (pools.length > 1) {
      const [before, after] = pools.slice(-2) as [Pool, Pool];
      if (before.positive / before.count < after.positive / after.count) break;
      pools.splice(-2, 2, {
        raw: before.raw + after.raw,
        positive: before.positive + after.positive,
        count: before.count + after.count,
      });
    }
  }
  const raw: number[] = [];
  const score: number[] = [];
  const add = (at: number, value: number) => {
    const previous = score.length - 1;
    if (previous >= 0 && (at <= raw[previous]! || value <= score[previous]!)) return;
    raw.push(round(at));
    score.push(round(value));
  };
  const lowest = sorted[0]!.raw;
  const highest = sorted.at(-1)!.raw;
  const share = ({ positive, count }: Pool) => (positive + 0.5) / (count + 1);
  const first = pools[0]!;
  add(lowest - 2, Math.max(0.0001, share(first) * 0.2));
  for (const pool of pools) add(pool.raw / pool.count, share(pool));
  add(highest + 2, Math.max(Math.min(0.9999, 1 - (1 - (score.at(-1) ?? 0.5)) * 0.3), 0));
  return { raw, score };
}

/** Mean gap between score and share of positives over ten bins of equal width, weighted by their size. */
export function calibrationError(
  scored: readonly { readonly score: number; readonly positive: boolean }[],
): number {
  const bins = Array.from({ length: 10 }, () => ({ score: 0, positive: 0, count: 0 }));
  for (const { score, positive } of scored) {
    const bin = bins[Math.min(9, Math.floor(score * 10))]!;
    bin.score += score;
    bin.positive += positive ? 1 : 0;
    bin.count += 1;
  }
  return (
    bins.reduce((sum, { score, positive }) => sum + Math.abs(score - positive), 0) /
    Math.max(1, scored.length)
  );
}
