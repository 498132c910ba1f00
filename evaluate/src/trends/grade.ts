import type { Listing, Planted } from './stream.js';

/** How long after its end a burst may still be found, and still be listed, in minutes. */
const FOUND_WITHIN = 60;
const LISTED_WITHIN = 360;

/** How a detector did on a stream with planted bursts. */
export interface TrendGrade {
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
  /** Median minutes from the start of a burst to its first listing; NaN when none was found. */
  readonly latency: number;
  /** Share of listed slots that are spam or rings. */
  readonly spam: number;
  /** Share that comes every day or week, grows or fades. */
  readonly periodic: number;
}

/** Grades listings as the data's README defines it. */
export function gradeTrends(listings: readonly Listing[], planted: readonly Planted[]): TrendGrade {
  const bursts = planted.filter(({ kind }) => kind === 'burst');
  const kinds = new Map(planted.map(({ tag, kind }) => [tag, kind]));
  const first = new Map<Planted, number>();
  let [slots, right, spam, periodic] = [0, 0, 0, 0];
  for (const { tick, tags } of listings)
    for (const tag of tags) {
      slots++;
      const of = bursts.filter((burst) => burst.tag === tag);
      if (of.some(({ start, end }) => tick >= start && tick <= end + LISTED_WITHIN)) right++;
      for (const burst of of)
        if (tick >= burst.start && tick <= burst.end + FOUND_WITHIN && !first.has(burst))
          first.set(burst, tick);
      const kind = kinds.get(tag);
      if (kind === 'spam' || kind === 'ring') spam++;
      else if (kind !== undefined && kind !== 'burst') periodic++;
    }
  const recall = first.size / bursts.length;
  const precision = slots === 0 ? 0 : right / slots;
  const waits = [...first].map(([burst, tick]) => tick - burst.start).sort((a, b) => a - b);
  return {
    recall,
    precision,
    f1: recall + precision === 0 ? 0 : (2 * recall * precision) / (recall + precision),
    latency: waits[Math.floor(waits.length / 2)] ?? Number.NaN,
    spam: slots === 0 ? 0 : spam / slots,
    periodic: slots === 0 ? 0 : periodic / slots,
  };
}
