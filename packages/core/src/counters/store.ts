/** How many people follow, are followed by or are friends with an account, and its visible posts. */
export type AccountCounter = 'followerCount' | 'followingCount' | 'friendCount' | 'postCount';

/** Reactions of one kind on a post or a comment. */
export type ReactionCounter = `reaction:${string}`;

/** What is counted on a post. */
export type PostCounter = 'commentCount' | 'repostCount' | 'quoteCount' | 'bookmarkCount' | ReactionCounter;

/** What is counted on a comment. */
export type CommentCounter = 'replyCount' | ReactionCounter;

/** What is counted on a hashtag. */
export type HashtagCounter = 'postCount';

/** The counters of each kind of subject. */
export interface CountersBySubject {
  readonly account: AccountCounter;
  readonly post: PostCounter;
  readonly comment: CommentCounter;
  readonly hashtag: HashtagCounter;
}

/** What a counter belongs to. */
export type CounterSubject = keyof CountersBySubject;

/** A change of one counter of one subject. `id` is the subject's id, or the tag of a hashtag. */
export type CounterDelta = {
  readonly [S in CounterSubject]: {
    readonly subject: S;
    readonly id: string;
    readonly counter: CountersBySubject[S];
    /** A whole number; zero is allowed and changes nothing. */
    readonly delta: number;
  };
}[CounterSubject];

/**
 * Changes counters inside the unit of work that changes what they count.
 *
 * Deltas of one call are summed per counter and applied one statement per kind of subject, in the
 * order account, post, comment, hashtag and by id within a kind, so that calls which touch the same
 * rows wait for each other instead of deadlocking. Call it once per unit of work, after the rows that
 * are counted have been written.
 *
 * A hashtag that has no row yet gets one. A subject of another kind that does not exist is passed
 * over: it is gone, and nobody reads its counters.
 *
 * @throws Error when a counter would fall below zero: the unit of work rolls back, because its caller
 * took away something that had not been counted.
 */
export interface CounterWriter {
  add(deltas: readonly CounterDelta[]): Promise<void>;
}

/** Every counter a recount can find wrong; `reactionCount` is the sum over all kinds. */
export type CounterName = AccountCounter | PostCounter | CommentCounter | HashtagCounter | 'reactionCount';

/** A counter that differs from a recount of what it counts. */
export interface CounterDrift {
  readonly subject: CounterSubject;
  readonly id: string;
  readonly counter: CounterName;
  readonly stored: number;
  readonly actual: number;
}

/** One stretch of a recount. */
export interface Recount {
  /** Subjects looked at. */
  readonly checked: number;
  readonly drifted: readonly CounterDrift[];
  /** The last subject looked at, where the next stretch begins; null when there are no more. */
  readonly next: string | null;
}

/**
 * What is counted, for all back-ends: counters are recounted from rows alone.
 *
 * - account: `followerCount` and `followingCount` accepted follows, `friendCount` friendships, `postCount`
 *   published posts, reposts and quotes included.
 * - post: `commentCount` published comments at any depth, `repostCount` reposts that stand, `quoteCount` published
 *   quotes, `bookmarkCount` bookmarks, `reaction:<kind>` reactions.
 * - comment: `replyCount` direct replies that have a place in the thread: published ones, and others under which
 *   a reply still hangs; `reaction:<kind>` reactions.
 * - hashtag: `postCount` posts listed under the tag.
 */
export interface CounterReader {
  /**
   * Recounts the next `limit` subjects behind `after` in id order (hashtags in tag order). Stored and counted values
   * come from one snapshot, so a write that is running is never mistaken for drift.
   */
  recount(
    subject: CounterSubject,
    stretch: { readonly after: string | null; readonly limit: number },
  ): Promise<Recount>;
  /** The subject right behind `after` in that order, or null: to pass over one that cannot be recounted in time. */
  following(subject: CounterSubject, after: string | null): Promise<string | null>;
}

/** Repairs counters inside a unit of work. */
export interface CounterReconciler {
  /**
   * Locks the subjects' rows in id order, recounts behind the lock and stores what was counted. Writers that change these
   * counters wait, so the result is exact.
   * @returns what was wrong
   */
  repair(subject: CounterSubject, ids: readonly string[]): Promise<readonly CounterDrift[]>;
}
