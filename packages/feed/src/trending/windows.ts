import { DETECTOR_DEFAULTS, type DetectorOptions } from './detector.js';
import type { TrendWindow } from './types.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A season: how it was one period ago. */
export interface Season {
  readonly agoMs: number;
  readonly weight: number;
}

/** How trends of one stretch of time are looked for. */
export interface WindowPlan {
  readonly window: TrendWindow;
  readonly lengthMs: number;
  /** Time between two looks. */
  readonly everyMs: number;
  readonly seasons: readonly Season[];
  /** A season is found within this much of its time. */
  readonly slackMs: number;
  /** Stretch in which people are counted once for a season. */
  readonly binMs: number;
  readonly detector: DetectorOptions;
}

const plan = (
  window: TrendWindow,
  lengthMs: number,
  rest: Pick<WindowPlan, 'everyMs' | 'seasons' | 'slackMs' | 'binMs'>,
): WindowPlan => ({
  window,
  lengthMs,
  ...rest,
  detector: { ...DETECTOR_DEFAULTS, halfLifeMs: lengthMs, usualHalfLifeMs: 6 * lengthMs },
});

/** The windows. A day and a week are compared with the days and weeks before them. */
export const WINDOW_PLANS: Readonly<Record<TrendWindow, WindowPlan>> = Object.freeze({
  '1h': plan('1h', HOUR, {
    everyMs: MINUTE,
    seasons: [
      { agoMs: DAY, weight: 1 },
      { agoMs: 2 * DAY, weight: 0.8 },
      { agoMs: 7 * DAY, weight: 1 },
    ],
    slackMs: 30 * MINUTE,
    binMs: HOUR,
  }),
  '24h': plan('24h', DAY, {
    everyMs: 10 * MINUTE,
    seasons: [
      { agoMs: DAY, weight: 1 },
      { agoMs: 7 * DAY, weight: 1 },
    ],
    slackMs: 0,
    binMs: DAY,
  }),
  '7d': plan('7d', 7 * DAY, {
    everyMs: HOUR,
    seasons: [{ agoMs: 7 * DAY, weight: 1 }],
    slackMs: 0,
    binMs: 7 * DAY,
  }),
});

/** How long uses are kept: two of the longest windows, and a day. */
export const USES_KEPT_MS = 15 * DAY;
/** People in a cell's last hour below which it is too small to have trends of its own. */
export const SMALL_CELL = 50;
/** Subjects of one kind looked at in one pass, the most used first. */
export const MAX_LOOKED_AT = 10_000;

/** The stretch in which a season is looked for; where bins are shorter than the window, whole bins. */
export function seasonSpan(
  { lengthMs, slackMs, binMs }: WindowPlan,
  { agoMs }: Season,
  now: number,
): { readonly from: number; readonly to: number } {
  const from = now - agoMs - lengthMs - slackMs;
  const to = now - agoMs + slackMs;
  if (slackMs === 0) return { from, to };
  return { from: Math.floor(from / binMs) * binMs, to: (Math.floor(to / binMs) + 1) * binMs };
}
