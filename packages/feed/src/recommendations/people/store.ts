import type { Id } from '@socialkit/core';

/** Somebody the user does not follow, with what speaks for it. */
export interface Person {
  readonly id: Id;
  /** Sum over followees z who follow them of `1 / ln(2 + followees of z)`; 0 when not among the best. */
  readonly adamicAdar: number;
  /** Sum of the cosines of the like-minded who follow them; 0 when not among the best. */
  readonly similar: number;
  /** The like-minded behind `similar`, nearest first, some of them. */
  readonly via: readonly Id[];
  /** They follow the user. */
  readonly followsYou: boolean;
}

/** What suggestions for one user are made from. */
export interface Neighbourhood {
  readonly followers: number;
  /** Accounts the user follows and is followed by. */
  readonly mutual: number;
  readonly people: readonly Person[];
}

/** What can be said about somebody, to one viewer, now. */
export interface Evidence {
  /** Up to three followees of the viewer who follow them, the newest follow first. */
  readonly followedBy: readonly Id[];
  /** How many there are among the viewer's newest 200 followees. */
  readonly followedByCount: number;
  readonly followsYou: boolean;
  /** How many of the like-minded that were named follow them. */
  readonly similarCount: number;
  readonly followers: number;
  readonly isPrivate: boolean;
  /** The place both say openly they are at. */
  readonly place: string | null;
}

/** An account that follows much the same people. */
export interface Alike {
  readonly id: Id;
  readonly similarity: number;
}

/** Followees of the viewer that are looked at for reasons: the newest. */
export const EVIDENCE_FOLLOWEES = 200;

/**
 * What people to follow are found by. Nobody counts as a go-between, as like-minded or as evidence whose list of followees the
 * viewer may not see (core's `canViewConnections`), or whom he mutes. Nobody is found whom the viewer may not see, mutes or
 * follows, who is limited, or who does not want to be discovered.
 */
export interface PeopleReader {
  /** A text that changes whenever the user follows or unfollows somebody. */
  mark(userId: Id): Promise<string>;
  /** The best 300 by each way, and the newest 300 followers that are not followed. @param now Unix ms */
  neighbourhood(userId: Id, now: number): Promise<Neighbourhood>;
  /** Accounts anybody may be suggested, by followers, the most first, ties by the lower id. @param now Unix ms */
  popular(limit: number, now: number): Promise<readonly { readonly id: Id; readonly followers: number }[]>;
  /** Accounts that say openly they are at the place where the user openly says to be. */
  near(userId: Id, limit: number, now: number): Promise<readonly Id[]>;
  /** Authors of recent public posts with hashtags the user follows: how many posts, and the tag they use most. */
  interesting(
    userId: Id,
    limit: number,
    now: number,
  ): Promise<readonly { readonly id: Id; readonly posts: number; readonly tag: string }[]>;
  /** Of accounts that exist, in any order. */
  evidence(
    userId: Id,
    asked: readonly { readonly id: Id; readonly via: readonly Id[] }[],
    now: number,
  ): Promise<ReadonlyMap<Id, Evidence>>;
  /** Accounts by the cosine of their followees with those of `userId`, as the viewer may know. */
  alike(userId: Id, viewer: Id, limit: number, now: number): Promise<readonly Alike[]>;
  /** The share of follows that are returned, from a sample of the newest; 0 to 1. */
  reciprocity(): Promise<number>;
}

/** One account of the graph, for a batch. */
export interface GraphAccount {
  readonly id: Id;
  /** Active or limited. */
  readonly active: boolean;
  /** May be suggested to who does not follow it. */
  readonly suggested: boolean;
  readonly isPrivate: boolean;
}

/** The whole graph, page by page, for batches. Ascending by the first id, strictly above `after`. */
export interface GraphExport {
  accounts(after: Id | null, limit: number): Promise<readonly GraphAccount[]>;
  /** Followees of accounts: of each the newest 2,000, newest first, joined by `,`, and the mark. Accounts that follow nobody are absent. */
  followees(
    after: Id | null,
    limit: number,
  ): Promise<readonly { readonly id: Id; readonly followees: string; readonly mark: string }[]>;
  /** Whom accounts block, and mute now. */
  limits(
    after: Id | null,
    limit: number,
  ): Promise<readonly { readonly id: Id; readonly blocked: readonly Id[]; readonly muted: readonly Id[] }[]>;
}

/** The ports of people to follow. */
export interface PeopleStores {
  readonly people: PeopleReader;
  readonly graphExport: GraphExport;
}
