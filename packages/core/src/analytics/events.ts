import { compareIds, type Id } from '../kernel/ids.js';
import type { PostType } from '../posts/types.js';

/** What the log knows of. `unfollow` is a loss of its own, in its own hour; everything else is taken back by a correction. */
export const ANALYTICS_KINDS = [
  'impression',
  'like',
  'comment',
  'share',
  'bookmark',
  'link_click',
  'profile_click',
  'follow',
  'unfollow',
] as const;
export type AnalyticsKind = (typeof ANALYTICS_KINDS)[number];

/** Kinds that clients report; everything else comes out of the outbox. */
export const CLIENT_KINDS: ReadonlySet<AnalyticsKind> = new Set([
  'impression',
  'link_click',
  'profile_click',
]);

/** Depths of shares told apart; deeper ones count as the last. */
export const MAX_DEPTH_OF_SHARES = 3;

/**
 * One line of the log: something that happened, as it is now known.
 *
 * `kind` and `id` name it; the same name again is the same event. Of two versions the higher one holds, in whatever order they
 * arrive: that is how an event is corrected or taken back (`value` 0). Only version and value of an event ever change.
 */
export interface AnalyticsEvent {
  readonly kind: AnalyticsKind;
  /** Decimal, 63 bits. */
  readonly id: Id;
  /** Decimal; of the outbox event that said so. */
  readonly version: Id;
  /** When it happened: Unix milliseconds. It counts in this hour, whenever it arrives. */
  readonly ts: number;
  /** Who did it. */
  readonly actorId: Id;
  /** The post; for follows the followed account. */
  readonly subjectId: Id;
  /** Whose numbers these are. */
  readonly authorId: Id;
  /** How often it counts: 1, the weight of a sampled impression, or 0 for what was taken back. */
  readonly value: number;
  /** Through how many shares the actor came to the post, 0 to 3; of a share: one more than its author's own. */
  readonly depth: number;
  /** Where it was shown, for example `home`; null where nobody said. */
  readonly source: string | null;
}

/** What the numbers of a post are grouped by. */
export interface AnalyticsPost {
  readonly postId: Id;
  readonly authorId: Id;
  /** When it was published: Unix milliseconds. */
  readonly ts: number;
  readonly type: PostType;
  /** Canonical hashtags. */
  readonly tags: readonly string[];
  /** Followers its author had when it was published. */
  readonly followers: number;
  /** Decimal; of the outbox event that said so. The highest version says whether the post stands. */
  readonly version: Id;
  readonly live: boolean;
}

/** One event of each name and day, of several the one that holds: what a store writes in one statement. */
export function newestVersions(events: readonly AnalyticsEvent[]): readonly AnalyticsEvent[] {
  const held = new Map<string, AnalyticsEvent>();
  for (const event of events) {
    const name = `${dayOf(event.ts)}/${event.kind}/${event.id}`;
    const other = held.get(name);
    if (!other || compareIds(event.version, other.version) > 0) held.set(name, event);
  }
  return [...held.values()];
}

const HOUR_MS = 3_600_000;
/** Milliseconds of a quarter of an hour: what every time zone's days and hours are made of. */
export const QUARTER_MS = 900_000;
/** Milliseconds of a UTC day. */
export const DAY_MS = 86_400_000;

/** Whole UTC days since 1970: the partition of an instant. */
export const dayOf = (unixMs: number): number => Math.floor(unixMs / DAY_MS);
/** Whole hours since 1970. */
export const hourOf = (unixMs: number): number => Math.floor(unixMs / HOUR_MS);
/** Whole quarters of an hour since 1970. */
export const quarterOf = (unixMs: number): number => Math.floor(unixMs / QUARTER_MS);

/** Days an event stays in the log. */
export const RAW_DAYS = 90;
/**
 * The first day that the log takes; what is older becomes a correction. One day later its hours are closed, one more and its
 * partition goes: whatever was taken has been rolled up by then.
 */
export const oldestRawDay = (now: number): number => dayOf(now) - RAW_DAYS + 1;
/** Days before this one are closed: their hours are no longer made from the log. */
export const firstOpenDay = (now: number): number => oldestRawDay(now) - 1;
