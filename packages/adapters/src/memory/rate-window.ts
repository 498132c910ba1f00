import type { RateLimitRule, RateLimitVerdict } from '@socialkit/core';

/** Slices a window is counted in. */
export const SLICES = 10;

/** Milliseconds of one slice of a rule's window. */
export const sliceMsOf = (windowMs: number): number => Math.max(1, Math.ceil(windowMs / SLICES));

/** Units taken, by slice of time: `counts[0]` is the slice `newest`, then backwards. */
export interface RateWindow {
  newest: number;
  counts: number[];
}

/**
 * Moves a window to `now`. A slice counts until it lies wholly outside of the window, so no span of `windowMs`, wherever
 * it starts, ever holds more than the limit. A clock that steps back gives nothing back; one that steps back by more
 * than a window starts over.
 */
export function slide(window: RateWindow | undefined, now: number, sliceMs: number): RateWindow {
  const slice = Math.floor(now / sliceMs);
  if (window === undefined || window.newest - slice > SLICES) return { newest: slice, counts: [0] };
  const passed = slice - window.newest;
  if (passed <= 0) return window;
  return {
    newest: slice,
    counts: [...Array<number>(Math.min(passed, SLICES + 1)).fill(0), ...window.counts].slice(0, SLICES + 1),
  };
}

/** What a window that has been moved to `now` says to `cost` more units. */
export function judge(window: RateWindow, now: number, rule: RateLimitRule, cost: number): RateLimitVerdict {
  const sliceMs = sliceMsOf(rule.windowMs);
  const used = window.counts.reduce((sum, count) => sum + count, 0);
  const leavesAt = (age: number) => (window.newest - age + SLICES + 1) * sliceMs - now;
  const allowed = used + cost <= rule.limit;
  const newestTaken = window.counts.findIndex((count) => count > 0);
  let retryAfterMs = allowed ? 0 : rule.windowMs;
  let left = used;
  for (let age = window.counts.length - 1; age >= 0 && !allowed && cost <= rule.limit; age--) {
    left -= window.counts[age] as number;
    if (left + cost > rule.limit) continue;
    retryAfterMs = leavesAt(age);
    break;
  }
  return {
    allowed,
    limit: rule.limit,
    remaining: Math.max(0, rule.limit - used),
    resetMs: newestTaken === -1 ? 0 : leavesAt(newestTaken),
    retryAfterMs,
  };
}
