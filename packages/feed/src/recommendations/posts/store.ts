import type { Id } from '@socialkit/core';
import type { FeedbackKind } from './types.js';

/** A stretch of ids a statement looks at, inclusive. Ids carry their time. */
export interface IdSpan {
  readonly from: Id;
  readonly to: Id;
}

/** A post of somebody the viewer follows. */
export interface FollowedPost {
  readonly id: Id;
  /** The viewer's reactions to its author's posts, each halved with every half-life since: 0 for none. */
  readonly affinity: number;
}

/** A post that people like the viewer reacted to. */
export interface CoLikedPost {
  readonly id: Id;
  /** Sum of the similarities of those who did. */
  readonly score: number;
  readonly people: number;
}

/** A post that several of those the viewer follows reacted to or reposted. */
export interface ProvenPost {
  readonly id: Id;
  readonly people: number;
  /** Up to 20 of them, those who did it last first. */
  readonly users: readonly Id[];
}

/** What is counted about a post. */
export interface PostSignals {
  readonly authorId: Id;
  readonly tags: readonly string[];
  readonly reactions: number;
  readonly replies: number;
  readonly reposts: number;
  readonly quotes: number;
  readonly bookmarks: number;
  /** Users who said they are not interested. */
  readonly notInterested: number;
  /** How often it was seen; 0 where nobody reports impressions. */
  readonly impressions: number;
}

/**
 * Candidates and what is known of them, from the rows as they are. Ids without any policy: the ranking decides. Plain
 * reposts are never candidates; what they wrap may be. Single statements.
 */
export interface PostCandidateReader {
  /**
   * Newest posts in `span` of the 300 accounts `userId` follows that posted last, newest first, at most 20 of each.
   * @param taste reactions of the viewer to posts in this span count as affinity @param halfLifeMs of an affinity
   */
  followed(
    userId: Id,
    query: {
      readonly span: IdSpan;
      readonly taste: IdSpan;
      readonly halfLifeMs: number;
      readonly limit: number;
    },
  ): Promise<readonly FollowedPost[]>;
  /**
   * Posts in `span` that the 100 accounts most like the viewer reacted to, highest score first, ties by the lower id. Alike are
   * those who reacted to the same of the 100 posts in `taste` he reacted to last: each shared post counts
   * 1 / ln(2 + its reactions) (Adamic and Adar, 2003), one with more than 500 reactions nothing.
   */
  coLiked(
    userId: Id,
    query: { readonly span: IdSpan; readonly taste: IdSpan; readonly limit: number },
  ): Promise<readonly CoLikedPost[]>;
  /** Posts in `span` that at least `min` of the 300 accounts the viewer follows that posted last reacted to or reposted, most people first, ties by the lower id. */
  proven(
    userId: Id,
    query: { readonly span: IdSpan; readonly min: number; readonly limit: number },
  ): Promise<readonly ProvenPost[]>;
  /** Newest public posts in `span`, newest first. */
  fresh(span: IdSpan, limit: number): Promise<readonly Id[]>;
  /** What is counted about posts; those that do not exist are absent. At most 1,100. */
  signals(ids: readonly Id[]): Promise<ReadonlyMap<Id, PostSignals>>;
}

/** What a user said about a post. */
export interface PostFeedback {
  readonly postId: Id;
  readonly kind: FeedbackKind;
  readonly authorId: Id;
  /** Canonical hashtags of the post when it was said. */
  readonly tags: readonly string[];
  /** Unix ms. */
  readonly at: number;
}

/** Entries of one user that are kept; older ones are forgotten. */
export const MAX_FEEDBACK = 500;

/** What users said about recommended posts. Single statements. */
export interface FeedbackStore {
  /** One a user and post: another kind replaces it. @returns false when the same stood there */
  put(userId: Id, feedback: PostFeedback): Promise<boolean>;
  /** @returns whether there was any */
  remove(userId: Id, postId: Id): Promise<boolean>;
  /** The newest {@link MAX_FEEDBACK} of a user, newest first, ties by the higher post id. */
  of(userId: Id): Promise<readonly PostFeedback[]>;
}

/** Whose posts an account reacted to lately, and what about. */
export interface Taste {
  readonly userId: Id;
  readonly authors: readonly Id[];
  /** Canonical hashtags. */
  readonly tags: readonly string[];
}

/** What everybody reacted to, page by page, for batches. */
export interface TasteExport {
  /**
   * Every account above `after`, ascending, with the authors and hashtags of the posts in `span` it reacted to last, at most 100
   * posts; both are empty for accounts that did not.
   */
  page(after: Id | null, limit: number, span: IdSpan): Promise<readonly Taste[]>;
}

/** The stores of the recommended posts. */
export interface RecommendedPostStores {
  readonly tastes: TasteExport;
  readonly candidates: PostCandidateReader;
  readonly feedback: FeedbackStore;
}
