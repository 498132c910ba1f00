import type { ResolvedFeedOptions } from './options.js';
import type { AuthorDelivery, DeliveryMode } from './store.js';

/** What the decision about an author rests on. */
export interface AuthorLoad {
  /** Followers with a timeline. */
  readonly activeFollowers: number;
  readonly postsPerDay: number;
  /** Pages one active reader loads a day. */
  readonly pagesPerDay: number;
}

type Thresholds = Pick<
  ResolvedFeedOptions,
  'pushBelow' | 'pullAbove' | 'pushCostUs' | 'pullCostUs' | 'hysteresis'
>;

/**
 * Whether an author's posts are written to timelines or merged when somebody reads.
 *
 * Few active followers: written. Very many: merged, because one post would keep a timeline server busy too long. Between,
 * what is cheaper: a post costs `pushCostUs` for each follower, merging costs `pullCostUs` for each page of each follower, so the
 * number of followers cancels out (Feeding Frenzy, doi 10.1145/1807167.1807257). Each threshold has to be passed by the share
 * `hysteresis` to undo a decision, so that an author at the edge does not go back and forth.
 */
export function decideDelivery(current: DeliveryMode, load: AuthorLoad, options: Thresholds): DeliveryMode {
  const { activeFollowers, postsPerDay, pagesPerDay } = load;
  const { pushBelow, pullAbove, pushCostUs, pullCostUs, hysteresis } = options;
  // Pulled authors keep being pulled a little below a threshold, pushed ones are not pulled right above it.
  const slack = current === 'pull' ? 1 - hysteresis : 1;
  if (activeFollowers < pushBelow * slack) return 'push';
  if (activeFollowers > pullAbove * slack) return 'pull';
  return postsPerDay * pushCostUs > pagesPerDay * pullCostUs * (current === 'pull' ? slack : 1 + hysteresis)
    ? 'pull'
    : 'push';
}

/** The decision to be stored, given the one that stands. @param now Unix ms @param announceMs how long before writing ends */
export function nextDelivery(
  standing: AuthorDelivery | null,
  author: { readonly authorId: AuthorDelivery['authorId']; readonly mode: DeliveryMode },
  load: AuthorLoad,
  now: number,
  announceMs: number,
): AuthorDelivery {
  const { authorId, mode } = author;
  const { activeFollowers, postsPerDay } = load;
  const before = standing?.mode ?? 'push';
  return {
    authorId,
    mode,
    since: mode === before ? (standing?.since ?? 0) : now + announceMs,
    activeFollowers,
    postsPerDay,
    evaluatedAt: now,
  };
}

/** Whether posts of an author are written to his followers' timelines now. */
export const isWritten = (delivery: AuthorDelivery | null, now: number): boolean =>
  delivery === null || delivery.mode === 'push' || now < delivery.since;
