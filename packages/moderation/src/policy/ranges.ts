/** Ends of a range of scores. */
export interface ScoreRange {
  readonly gte?: number | undefined;
  readonly gt?: number | undefined;
  readonly lte?: number | undefined;
  readonly lt?: number | undefined;
}

interface End {
  readonly at: number;
  readonly inside: boolean;
}

const lower = ({ gte, gt }: ScoreRange): End =>
  gt !== undefined ? { at: gt, inside: false } : { at: gte ?? 0, inside: true };
const upper = ({ lte, lt }: ScoreRange): End =>
  lt !== undefined ? { at: lt, inside: false } : { at: lte ?? 1, inside: true };

/** The lower end: the threshold a reason names. */
export const thresholdOf = (range: ScoreRange): number => lower(range).at;

/** Whether a score is in a range; `factor` moves the lower end. */
export function holds(range: ScoreRange, score: number, factor = 1): boolean {
  const { gte, gt, lte, lt } = range;
  const above = gt !== undefined ? score > gt * factor : score >= (gte ?? 0) * factor;
  return above && (lt !== undefined ? score < lt : score <= (lte ?? 1));
}

/** Whether no score is in the range. */
export function isEmpty(range: ScoreRange): boolean {
  const low = lower(range);
  const high = upper(range);
  return low.at > high.at || (low.at === high.at && !(low.inside && high.inside));
}

/** Whether some score is in both. */
export function overlap(a: ScoreRange, b: ScoreRange): boolean {
  const [lowA, lowB, highA, highB] = [lower(a), lower(b), upper(a), upper(b)];
  const low = lowA.at > lowB.at || (lowA.at === lowB.at && !lowA.inside) ? lowA : lowB;
  const high = highA.at < highB.at || (highA.at === highB.at && !highA.inside) ? highA : highB;
  return low.at < high.at || (low.at === high.at && low.inside && high.inside);
}
