import { DEFINITIONS_VERSION } from './definitions.js';
import { dayOf } from './events.js';
import { over } from './numbers.js';
import type { AnalyticsReads } from './span.js';
import { seriesOf } from './span.js';
import type { Growth } from './types.js';
import { createLocalClock } from './zones.js';

const WEEK = 7;
const MONTH = 30;
const RETENTION_DAYS = [1, 7, 30] as const;
/** Cohorts of the retention triangle at most: the youngest. */
const COHORTS = 31;

/** How the platform grows, in UTC days. For operators: see `analytics.growth`. */
export async function readGrowth(
  { readers: { analytics }, clock }: AnalyticsReads,
  input: { readonly days: number; readonly until?: number | undefined },
): Promise<Growth> {
  const now = clock.now();
  const days = createLocalClock('UTC').daysUntil(input.until ?? now, input.days);
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) throw new RangeError('a span has at least one day');
  const [from, to] = [dayOf(first.from), dayOf(last.to)];
  const cohorts = { from: Math.max(from, to - COHORTS), to };
  const [joined, active, week, month, ...retained] = await Promise.all([
    analytics.joinedByDay({ from, to }),
    analytics.activeByDay({ from: Math.min(from, to - MONTH), to }),
    analytics.activeIn({ from: to - WEEK, to }),
    analytics.activeIn({ from: to - MONTH, to }),
    ...RETENTION_DAYS.map((after) => analytics.retained({ ...cohorts, after })),
  ]);
  const joinedOn = new Map(joined.map(({ day, count }) => [day, count]));
  const activeOn = new Map(active.map(({ day, count }) => [day, count]));
  const values = (on: ReadonlyMap<number, number>) => days.map((day) => on.get(dayOf(day.from)) ?? 0);
  const monthly = active.filter(({ day }) => day >= to - MONTH).reduce((sum, { count }) => sum + count, 0);
  const share = (day: number, at: number) => {
    // The day that is to be looked at must be over.
    if (dayOf(now) <= day + (RETENTION_DAYS[at] ?? 0)) return null;
    const count = retained[at]?.find((row) => row.day === day)?.count ?? 0;
    return over(count, joinedOn.get(day) ?? 0);
  };
  return {
    span: { from: first.from, to: last.to, days: days.length, zone: 'UTC' },
    definitionsVersion: DEFINITIONS_VERSION,
    joined: joined.reduce((sum, { count }) => sum + count, 0),
    active: { day: activeOn.get(to - 1) ?? 0, week, month },
    stickiness: over(monthly / MONTH, month),
    byDay: seriesOf(days, 'stickiness', [
      { name: 'joined', unit: 'people', values: values(joinedOn) },
      { name: 'active', unit: 'people', values: values(activeOn) },
    ]),
    retention: joined
      .filter(({ day }) => day >= cohorts.from)
      .map(({ day, count }) => ({
        date: new Date(day * 86_400_000).toISOString().slice(0, 10),
        joined: count,
        day1: share(day, 0),
        day7: share(day, 1),
        day30: share(day, 2),
      })),
  };
}
