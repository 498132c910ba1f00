import { DAY_MS, QUARTER_MS } from './events.js';
import { type Counts, createSum, engagementsOf, NO_COUNTS, type Rollup, type Sum } from './rollup.js';
import type { AnalyticsReads, SpanOf } from './span.js';
import { seriesOf } from './span.js';
import { growthOf, sevenDayMean } from './statistics.js';
import type { Engagement } from './types.js';
import type { LocalDay } from './zones.js';

const HOUR_MS = 4 * QUARTER_MS;
type Part = Pick<Rollup, 'start' | 'counts' | 'sketches'>;

/** Numbers of an author over a span and the one before. */
export interface SpanNumbers {
  readonly byDay: readonly Counts[];
  readonly beforeByDay: readonly Counts[];
  /** Of the whole span, with everybody counted once; its sketches can be asked further. */
  readonly sum: Sum;
  readonly total: Counts;
  readonly before: Counts;
  /** 24 local hours of the span. */
  readonly byHour: readonly {
    readonly hour: number;
    readonly impressions: number;
    readonly engagements: number;
  }[];
  /** Follows begun minus ended from the end of the span until now. */
  readonly netSince: number;
}

const isWhole = (days: readonly LocalDay[], unit: number) =>
  days.every(({ from, to }) => from % unit === 0 && to % unit === 0);

/** The day an instant falls in, by halving. */
function dayAt(days: readonly LocalDay[], unixMs: number): number {
  let low = 0;
  let high = days.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const day = days[middle] as LocalDay;
    if (unixMs < day.from) high = middle - 1;
    else if (unixMs >= day.to) low = middle + 1;
    else return middle;
  }
  return -1;
}

/** The counts of one day: of a single part they are its own, which spares a union of one. */
function countsOfParts(parts: readonly Part[]): Counts {
  const [only, ...others] = parts;
  if (!only) return NO_COUNTS;
  if (others.length === 0) return only.counts;
  const sum = createSum();
  for (const part of parts) sum.merge(part);
  return sum.counts();
}

/**
 * Reads the rollups of a span. Days of UTC come as they are stored; days of other zones are added up from hours, or from
 * quarters of an hour where a zone is off by a half or a quarter. Reach is always that of the sketches' union.
 */
export async function loadNumbers({ readers }: AnalyticsReads, span: SpanOf): Promise<SpanNumbers> {
  const all = [...span.before, ...span.days];
  const start = all[0]?.from ?? span.from;
  const utc = isWhole(all, DAY_MS);
  const fine = isWhole(all, HOUR_MS)
    ? ({ span: 'hour', ms: HOUR_MS } as const)
    : ({ span: 'quarter', ms: QUARTER_MS } as const);
  const until = Math.max(span.to, span.now + 1);
  const author = span.account.id;
  const [cells, days] = await Promise.all([
    readers.analytics.whole(author, {
      span: fine.span,
      // Days of UTC come by themselves: hours are then read for the hours of the day alone.
      from: (utc ? span.from : start) / fine.ms,
      to: Math.ceil(until / fine.ms),
      sketches: !utc,
    }),
    utc
      ? readers.analytics.whole(author, {
          span: 'day',
          from: start / DAY_MS,
          to: span.to / DAY_MS,
          sketches: true,
        })
      : ([] as readonly Part[]),
  ]);

  const unit = utc ? DAY_MS : fine.ms;
  const parts: Part[][] = all.map(() => []);
  for (const part of utc ? days : cells) parts[dayAt(all, part.start * unit)]?.push(part);
  const counts = parts.map(countsOfParts);
  const [sum, before] = [createSum(), createSum()];
  for (const [at, ofDay] of parts.entries())
    for (const part of ofDay) (at < span.before.length ? before : sum).merge(part);

  const byHour = Array.from({ length: 24 }, (_, hour) => ({ hour, impressions: 0, engagements: 0 }));
  let netSince = 0;
  for (const { start: at, counts } of cells) {
    const unixMs = at * fine.ms;
    if (unixMs >= span.to) netSince += counts.follows - counts.unfollows;
    else if (unixMs >= span.from) {
      const hour = byHour[span.wall.hourAt(unixMs)];
      if (!hour) continue;
      hour.impressions += counts.impressions;
      hour.engagements += engagementsOf(counts);
    }
  }
  return {
    byDay: counts.slice(span.before.length),
    beforeByDay: counts.slice(0, span.before.length),
    sum,
    total: sum.counts(),
    before: before.counts(),
    byHour,
    netSince,
  };
}

/** The counts that answers show. */
export const engagementCountsOf = (counts: Counts) => ({
  engagements: engagementsOf(counts),
  likes: counts.likes,
  comments: counts.comments,
  shares: counts.shares,
  bookmarks: counts.bookmarks,
  linkClicks: counts.linkClicks,
  profileClicks: counts.profileClicks,
  impressions: counts.impressions,
});

/** A share; null over 0, never 0 / 0. */
export const over = (above: number, below: number): number | null => (below === 0 ? null : above / below);

/** What happened in a span: the part of the answer that needs no more than its numbers. */
export function engagementOf(
  span: SpanOf,
  numbers: SpanNumbers,
): Omit<Engagement, 'accountId' | 'span' | 'definitionsVersion'> {
  const { total: counts, before } = numbers;
  const engagements = engagementsOf(counts);
  const perDay = numbers.byDay.map(engagementsOf);
  return {
    totals: {
      ...engagementCountsOf(counts),
      reach: counts.reach,
      engaged: counts.engaged,
      frequency: over(counts.impressions, counts.reach),
      rate: over(engagements, counts.impressions),
      sampled: counts.logged < counts.impressions,
    },
    before: { ...engagementCountsOf(before), reach: before.reach },
    growthRate: growthOf(engagementsOf(before), engagements),
    byDay: seriesOf(span.days, 'engagements', [
      { name: 'impressions', unit: 'count', values: numbers.byDay.map(({ impressions }) => impressions) },
      { name: 'reach', unit: 'people', values: numbers.byDay.map(({ reach }) => reach) },
      { name: 'engagements', unit: 'count', values: perDay },
      { name: 'engagements, 7-day mean', unit: 'count', values: sevenDayMean(perDay) },
    ]),
    byHour: numbers.byHour,
    funnel: {
      impressions: counts.impressions,
      profileClicks: counts.profileClicks,
      follows: counts.follows,
      profileClickRate: over(counts.profileClicks, counts.impressions),
      followRate: over(counts.follows, counts.profileClicks),
    },
  };
}
