/** Bounds of home timelines. */
export interface TimelineOptions {
  /** Ids a timeline keeps at least. @default 400 */
  readonly keep?: number;
  /** Ids above `keep` after which it is trimmed back to `keep`. @default 100 */
  readonly slack?: number;
  /** Milliseconds without a read after which a timeline ends. @default 14 days */
  readonly ttlMs?: number;
}

/** Milliseconds a build may take from `begin` to `fill`. */
export const BUILD_LIMIT_MS = 15_000;

const DAY_MS = 24 * 60 * 60_000;

/** @throws TypeError for bounds that are not positive whole numbers */
export function resolveTimelineOptions(options: TimelineOptions): Required<TimelineOptions> {
  const resolved = { keep: 400, slack: 100, ttlMs: 14 * DAY_MS, ...options };
  for (const [name, value] of Object.entries(resolved))
    if (!Number.isSafeInteger(value) || value < 1)
      throw new TypeError(`${name} must be a positive whole number, got ${value}`);
  return resolved;
}
