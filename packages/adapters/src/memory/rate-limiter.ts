import type { Clock, RateLimiter, RateLimitVerdict } from '@socialkit/core';
import { judge, type RateWindow, sliceMsOf, slide } from './rate-window.js';

/** Options of {@link createMemoryRateLimiter}. */
export interface MemoryRateLimiterOptions {
  /** Rules and keys counted at a time; the ones unused for longest leave first. @default 100000 */
  readonly maxKeys?: number;
}

/** Counts in this process: for the embedded default, and what nodes fall back to while Redis is down. */
export function createMemoryRateLimiter(
  deps: { readonly clock: Clock },
  options: MemoryRateLimiterOptions = {},
): RateLimiter {
  const { maxKeys = 100_000 } = options;
  const windows = new Map<string, RateWindow>();
  return {
    async consume(demands) {
      const now = deps.clock.now();
      const moved = new Map<string, RateWindow>();
      const asked = new Map<string, number>();
      const calls = demands.map(({ rule, key, cost = 1 }) => {
        const name = `${rule.name}\u0000${key}`;
        if (!moved.has(name)) moved.set(name, slide(windows.get(name), now, sliceMsOf(rule.windowMs)));
        // The same rule and key twice in one call adds up.
        asked.set(name, (asked.get(name) ?? 0) + cost);
        return { name, rule, total: asked.get(name) as number };
      });
      const judged = calls.map((call) =>
        judge(moved.get(call.name) as RateWindow, now, call.rule, call.total),
      );
      if (judged.some((verdict) => !verdict.allowed)) return judged;
      for (const [name, cost] of asked) {
        const window = moved.get(name) as RateWindow;
        const [first = 0, ...older] = window.counts;
        windows.delete(name);
        windows.set(name, { newest: window.newest, counts: [first + cost, ...older] });
      }
      for (const name of windows.keys()) {
        if (windows.size <= maxKeys) break;
        windows.delete(name);
      }
      return calls.map(
        (call): RateLimitVerdict => ({
          ...judge(windows.get(call.name) ?? { newest: 0, counts: [] }, now, call.rule, 0),
          allowed: true,
          retryAfterMs: 0,
        }),
      );
    },
    async close() {
      windows.clear();
    },
  };
}
