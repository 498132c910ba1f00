import type { Viewer } from '../access/index.js';
import type { Id } from '../kernel/ids.js';
import type { Edge, EdgeQuery } from './store.edges.js';

/** A follow: `followerId` sees what `followeeId` writes. */
export interface Follow {
  readonly followerId: Id;
  readonly followeeId: Id;
  readonly id: Id;
  /** The follower wants no reposts of this account in his home feed. */
  readonly hideReposts: boolean;
}

/** Who follows whom. */
export type FollowPair = Pick<Follow, 'followerId' | 'followeeId'>;

/** A page of followers as fan-out reads it: one text value, cheap to carry and to split. */
export interface FollowerIds {
  /** Decimal account ids joined by `,`, ascending; the empty string for none. */
  readonly ids: string;
  /** Where the next page begins: pass it as `after`. Null when this page is the last. */
  readonly next: Id | null;
}

/** A page of what an account follows, ascending by account id. */
export interface Followees {
  readonly ids: readonly Id[];
  /** The part of `ids` whose reposts the follower does not want. */
  readonly hideReposts: readonly Id[];
  readonly next: Id | null;
}

/** Reads follows. */
export interface FollowReader {
  find(followerId: Id, followeeId: Id): Promise<Follow | null>;
  isFollowing(followerId: Id, followeeId: Id): Promise<boolean>;
  /** Who follows `userId`. */
  followers(userId: Id, query: EdgeQuery): Promise<readonly Edge[]>;
  /** Whom `userId` follows. */
  following(userId: Id, query: EdgeQuery): Promise<readonly Edge[]>;
  /** Whom `userId` follows and is followed by; the ids are those of `userId`'s own follows. */
  mutuals(userId: Id, query: EdgeQuery): Promise<readonly Edge[]>;
  /** How many `mutuals` lists for this viewer; stops counting at `cap`. */
  countMutuals(userId: Id, viewer: Viewer, cap: number): Promise<number>;
  /** Followers of `userId` whom `viewer` follows, without the two themselves; the ids are those of the viewer's follows. */
  known(userId: Id, query: EdgeQuery & { readonly viewer: Id }): Promise<readonly Edge[]>;
  /** How many `known` lists for this viewer; stops counting at `cap`. */
  countKnown(userId: Id, viewer: Id, cap: number): Promise<number>;
  /**
   * Up to `limit` followers of `authorId` with account ids above `after`, ascending. Nobody is left out: what a
   * reader may see is decided when he reads. Pages of 5000 are the intended size.
   */
  followerPage(
    authorId: Id,
    page: { readonly after: Id | null; readonly limit: number },
  ): Promise<FollowerIds>;
  /** Up to `limit` accounts that `userId` follows with ids above `after`, ascending. Nobody is left out. */
  followeesOf(userId: Id, page: { readonly after: Id | null; readonly limit: number }): Promise<Followees>;
}

/** Writes follows. Counters are the use case's. */
export interface FollowWriter {
  /** Inserts unless there is one. @returns whether it was new */
  insert(follow: Follow): Promise<boolean>;
  /**
   * Inserts those that are new and whose accounts do not block each other; a pair that comes twice counts once. A request of a new
   * pair is gone afterwards. @returns the new ones
   */
  insertMany(follows: readonly Omit<Follow, 'hideReposts'>[]): Promise<readonly FollowPair[]>;
  /** @returns whether the option changed; false also when there is no such follow */
  setHideReposts(followerId: Id, followeeId: Id, hideReposts: boolean): Promise<boolean>;
  /** @returns whether there was one */
  remove(followerId: Id, followeeId: Id): Promise<boolean>;
}

/** A pending request to follow a private account. */
export interface FollowRequest {
  readonly requesterId: Id;
  readonly targetId: Id;
  readonly id: Id;
  /** Becomes the follow's option when it is accepted. */
  readonly hideReposts: boolean;
}

/** Reads follow requests. */
export interface FollowRequestReader {
  find(requesterId: Id, targetId: Id): Promise<FollowRequest | null>;
  /** Who asks `userId`. */
  received(userId: Id, query: EdgeQuery): Promise<readonly Edge[]>;
  /** Whom `userId` asks. */
  sent(userId: Id, query: EdgeQuery): Promise<readonly Edge[]>;
  /** Requests to `targetId` with ids above `after`, oldest first, whoever sent them. */
  pending(
    targetId: Id,
    page: { readonly after: Id | null; readonly limit: number },
  ): Promise<readonly Edge[]>;
}

/** Writes follow requests. */
export interface FollowRequestWriter {
  /** Inserts unless there is one. @returns whether it was new */
  insert(request: FollowRequest): Promise<boolean>;
  /** @returns whether the option changed; false also when there is no such request */
  setHideReposts(requesterId: Id, targetId: Id, hideReposts: boolean): Promise<boolean>;
  /** Removes and returns the request; of two callers one gets it. */
  take(requesterId: Id, targetId: Id): Promise<FollowRequest | null>;
}
