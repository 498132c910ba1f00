import type { HydratedPost, Id } from '@socialkit/core';

/** A stretch of a timeline, newest first. */
export interface TimelineWindow {
  /** The id its build was begun with: the time inside it says since when pushes are in the timeline. */
  readonly build: Id;
  /** Post ids, strictly below `before`, newest first, each once. */
  readonly ids: readonly Id[];
  /**
   * Every delivered id from here up to `before` is in `ids`; below it the timeline does not know. `0` when nothing older
   * was ever delivered.
   */
  readonly floor: Id;
}

/**
 * The home timelines of active readers: post ids, nothing else. A cache of what follows and posts say: it may be lost,
 * whole or in part, at any time, and holds ids that a reader may not see.
 *
 * - Existence is activity: `push` reaches only readers whose timeline exists or is being built.
 * - A timeline that nobody reads for its time to live ends. One that is overlooked for longer is whole, not stale.
 * - About the newest `keep` ids stay; older ones leave in bulk once there are about `slack` more. What a window then vouches for
 *   is its floor, nothing else.
 * - What `push` has resolved for is in every window read afterwards, unless the timeline ended.
 *
 * @throws any method: an unavailable error (retryable) when the back-end does not answer; a push may then have
 * reached some readers
 */
export interface TimelineStore {
  /**
   * Delivers a post to the active ones of these readers. Idempotent; ids may arrive in any order.
   * @param readers decimal account ids joined by `,`: a page as the database hands it out
   * @returns how many were active
   */
  push(postId: Id, readers: string): Promise<number>;
  /** Reads up to `limit` ids and keeps the timeline alive. Null when there is none, or it is being built. */
  read(
    userId: Id,
    window: { readonly before: Id | null; readonly limit: number },
  ): Promise<TimelineWindow | null>;
  /**
   * Makes an empty timeline that takes pushes from now on and is not readable yet. Begin before reading what `fill` is
   * given: what is published in between arrives by push.
   * @returns false, with nothing changed, when there is a timeline or another build is running
   */
  begin(userId: Id, build: Id): Promise<boolean>;
  /**
   * Puts older ids below what was pushed meanwhile and makes the timeline readable.
   * @param ids newest first
   * @param complete nothing older than the last of them exists
   * @returns false, with nothing changed, when the build was abandoned, dropped or has taken too long
   */
  fill(userId: Id, build: Id, ids: readonly Id[], complete: boolean): Promise<boolean>;
  /** Removes a timeline that is still being built under `build`. */
  abandon(userId: Id, build: Id): Promise<void>;
  /** Ends timelines, built or being built. */
  drop(userIds: readonly Id[]): Promise<void>;
  /** How many of these readers are active, in the form of `push`; a few too many are allowed. */
  countActive(readers: string): Promise<number>;
  /** About how many timelines there are. */
  size(): Promise<number>;
  close(): Promise<void>;
}

/** What a page of a reader's home rests on besides timelines; see {@link FeedTruthReader.reader}. */
export interface ReaderState {
  /** The reader's own newest published posts strictly below `before`, newest first; those of the last two months. */
  readonly own: readonly Id[];
  /** Words he mutes, canonical, unexpired. */
  readonly mutedWords: readonly string[];
  /** Whether he mutes any thread. */
  readonly mutesThreads: boolean;
  /** Hashtags he follows, canonical. */
  readonly hashtags: readonly string[];
}

/** What a page of a home rests on, and posts that are expected on it. */
export interface ReaderPage {
  readonly reader: ReaderState;
  /** One entry per id asked for, in order, as `PostViewReader.views` gives it with `follows`. */
  readonly posts: readonly (HydratedPost | null)[];
}

/** The newest published posts of one author or hashtag. */
export interface Outbox {
  /** Newest first. */
  readonly ids: readonly Id[];
  /** Older ones exist. */
  readonly more: boolean;
}

/**
 * What home feeds are made of, from the rows themselves. Ids without any policy: hydration decides. Only `page` hydrates, by the
 * same policy.
 */
export interface FeedTruthReader {
  /**
   * The newest published posts of everybody `userId` follows and of himself, strictly below `before`, newest first.
   * Exact: fewer than `limit` mean there are no more.
   */
  home(userId: Id, page: { readonly before: Id | null; readonly limit: number }): Promise<readonly Id[]>;
  /** One statement for what every page needs. @param now Unix ms */
  reader(
    userId: Id,
    page: { readonly before: Id | null; readonly limit: number; readonly now: number },
  ): Promise<ReaderState>;
  /**
   * `reader`, and up to 400 posts as this reader may see them now: by one statement where the back-end can. A page that knows
   * most of its ids needs no second one.
   */
  page(
    userId: Id,
    ids: readonly Id[],
    page: { readonly before: Id | null; readonly limit: number; readonly now: number },
  ): Promise<ReaderPage>;
  /** Newest published posts of each author, at most `limit` each; authors without any are absent. */
  outboxes(authorIds: readonly Id[], limit: number): Promise<ReadonlyMap<Id, Outbox>>;
  /** Newest public posts with each hashtag strictly below `before`, at most `limit` each; tags without any are absent. */
  tagged(
    tags: readonly string[],
    page: { readonly before: Id | null; readonly limit: number },
  ): Promise<ReadonlyMap<string, Outbox>>;
  /** Those of `authorIds` whom `userId` follows. */
  followedAmong(userId: Id, authorIds: readonly Id[]): Promise<readonly Id[]>;
  /** How many posts an author has published since, with ids from `since` on. */
  countSince(authorId: Id, since: Id): Promise<number>;
}

/** How an author's posts reach timelines: written to each follower's, or merged when somebody reads. */
export type DeliveryMode = 'push' | 'pull';

/** The decision about an author. Authors without one are pushed. */
export interface AuthorDelivery {
  readonly authorId: Id;
  readonly mode: DeliveryMode;
  /**
   * Unix ms. `pull`: readers merge at once, writing ends then. `push`: writing begins at once, and timelines begun before
   * then are still merged with the author's outbox; 0 when the author was never pulled.
   */
  readonly since: number;
  /** Followers with a timeline when it was last looked at. */
  readonly activeFollowers: number;
  readonly postsPerDay: number;
  /** Unix ms. */
  readonly evaluatedAt: number;
}

/** What readers must know about delivery as a whole. */
export interface DeliverySnapshot {
  /** Timelines whose build id is not above this one missed a delivery: they count as missing. `0` for none. */
  readonly distrustUpTo: Id;
  /** Authors that readers may have to merge: all that are pulled, and those pushed again, until `forget`. */
  readonly merged: readonly AuthorDelivery[];
}

/** Decisions about delivery, kept in the database. Single statements, outside of transactions. */
export interface DeliveryStore {
  snapshot(): Promise<DeliverySnapshot>;
  find(authorId: Id): Promise<AuthorDelivery | null>;
  /** Writes the decision unless a later one (by `evaluatedAt`) is there. @returns whether it was written */
  put(delivery: AuthorDelivery): Promise<boolean>;
  /** Removes decisions to push that began before `before` (Unix ms). @returns how many */
  forget(before: number): Promise<number>;
  /** Makes every timeline begun up to this id count as missing; never goes back. */
  distrust(upTo: Id): Promise<void>;
  /** The follower up to which a post of a large author was written, or null. */
  progress(postId: Id): Promise<Id | null>;
  /** Remembers it; null when the post has reached everybody. */
  saveProgress(postId: Id, watermark: Id | null): Promise<void>;
  /** Adds pages read to the count of a day (days since 1970 in UTC) and forgets days more than a week before it. */
  countPages(day: number, pages: number): Promise<void>;
  /** Pages read on a day. */
  pagesOn(day: number): Promise<number>;
}

/** The stores of the feed, beside those of the core. */
export interface FeedStores {
  /** Null: every read comes from the rows themselves. */
  readonly timelines: TimelineStore | null;
  readonly truth: FeedTruthReader;
  readonly deliveries: DeliveryStore;
}
