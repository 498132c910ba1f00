import type { DeliveryMode } from './store.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** How feeds are delivered and read. Everything has a default; the numbers come from measurements. */
export interface FeedOptions {
  /**
   * How posts reach readers: by the decision about their author, or all written (`push`), or all merged at read
   * (`pull`). The last two prove that pages do not depend on it. @default 'default'
   */
  readonly rule?: 'default' | DeliveryMode;
  /** Ids a build puts into a timeline: the `keep` of the timeline store. @default 400 */
  readonly timelineLength?: number;
  /** Milliseconds after which a timeline is built anew on the next read. @default 30 days */
  readonly timelineMaxAgeMs?: number;
  /** Authors with fewer active followers are always pushed. @default 10000 */
  readonly pushBelow?: number;
  /** Authors with more active followers are always pulled. @default 100000 */
  readonly pullAbove?: number;
  /** Microseconds it costs to write a post to one timeline. @default 1.75 */
  readonly pushCostUs?: number;
  /** Microseconds it costs to merge one outbox into one page. @default 0.5 */
  readonly pullCostUs?: number;
  /** Pages an active reader loads a day, while too few have been counted to say. @default 10 */
  readonly pagesPerDay?: number;
  /** How far past a threshold an author must move before the decision changes back: a share of it. @default 0.2 */
  readonly hysteresis?: number;
  /** Milliseconds between two looks at the decision about an author. @default 1 day */
  readonly evaluateEveryMs?: number;
  /** Milliseconds between a decision and the moment writing ends: longer than any process needs to hear of it. @default 60000 */
  readonly announceMs?: number;
  /** Followers read at once. @default 5000 */
  readonly followersPerPage?: number;
  /** Followers an ordinary delivery reaches before the rest goes to the lane of large authors. @default 10000 */
  readonly largeAbove?: number;
  /** Posts of ordinary authors delivered side by side in one process. @default 4 */
  readonly postsInFlight?: number;
  /** Milliseconds before a timeline store that did not answer is tried again; the second time it is four times that. @default 100 */
  readonly retryPauseMs?: number;
  /** Newest ids of an author or hashtag kept in each process for merging. @default 100 */
  readonly outboxDepth?: number;
  /** Pulled authors merged from memory for one reader; more are read by one statement. @default 100 */
  readonly maxMerged?: number;
  /** Reposts shown last whose originals are not shown by another repost; 0 to 16, 0 collapses nothing. @default 16 */
  readonly collapseWindow?: number;
}

/** Every option with its value. */
export type ResolvedFeedOptions = Required<FeedOptions>;

/** Originals a cursor can carry. */
export const MAX_COLLAPSE_WINDOW = 16;

const DEFAULTS: ResolvedFeedOptions = Object.freeze({
  rule: 'default',
  timelineLength: 400,
  timelineMaxAgeMs: 30 * DAY_MS,
  pushBelow: 10_000,
  pullAbove: 100_000,
  pushCostUs: 1.75,
  pullCostUs: 0.5,
  pagesPerDay: 10,
  hysteresis: 0.2,
  evaluateEveryMs: DAY_MS,
  announceMs: MINUTE_MS,
  followersPerPage: 5000,
  largeAbove: 10_000,
  postsInFlight: 4,
  retryPauseMs: 100,
  outboxDepth: 100,
  maxMerged: 100,
  collapseWindow: MAX_COLLAPSE_WINDOW,
});

/** @throws TypeError for numbers that are not finite and not negative, or thresholds in the wrong order */
export function resolveFeedOptions(options: FeedOptions = {}): ResolvedFeedOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const resolved: ResolvedFeedOptions = { ...DEFAULTS, ...given };
  for (const [name, value] of Object.entries(resolved))
    if (typeof value === 'number' && !(Number.isFinite(value) && value >= 0))
      throw new TypeError(`${name} must be a number of at least 0, got ${value}`);
  if (resolved.pushBelow > resolved.pullAbove) throw new TypeError('pushBelow must not be above pullAbove');
  if (resolved.collapseWindow > MAX_COLLAPSE_WINDOW)
    throw new TypeError(`collapseWindow must be at most ${MAX_COLLAPSE_WINDOW}: a cursor carries it`);
  return Object.freeze(resolved);
}
