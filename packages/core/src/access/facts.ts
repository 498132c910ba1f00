import type { Id } from '../kernel/ids.js';

/** States of an account. A `limited` account acts normally but is not suggested to people who do not follow it. */
export const ACCOUNT_STATES = ['active', 'limited', 'suspended', 'deactivated'] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** Who content is for. `container` is for content that has no audience of its own: a comment is for whom its post is for. */
export const VISIBILITIES = ['public', 'followers', 'friends', 'private'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

/** States of content. `flagged` is taken down by moderation and kept for appeal. */
export const CONTENT_STATUSES = [
  'draft',
  'scheduled',
  'published',
  'under_review',
  'flagged',
  'deleted',
] as const;
export type ContentStatus = (typeof CONTENT_STATUSES)[number];

/** Who may comment on a post, beyond being able to see it. The author always may. */
export const COMMENT_POLICIES = ['everyone', 'followers', 'following', 'mentioned', 'nobody'] as const;
export type CommentPolicy = (typeof COMMENT_POLICIES)[number];

/** The account that looks; null is somebody without a session. */
export type Viewer = Id | null;

/** What holds between a viewer and one account. For a viewer without a session everything is false. */
export interface RelationFacts {
  readonly accountId: Id;
  readonly state: AccountState;
  readonly isPrivate: boolean;
  readonly discoverable: boolean;
  /** The viewer is this account. */
  readonly self: boolean;
  /** Either side blocks the other. */
  readonly blocked: boolean;
  /** The viewer follows the account (accepted). */
  readonly follows: boolean;
  /** The account follows the viewer (accepted). */
  readonly followedBy: boolean;
  /** Accepted friends. */
  readonly friends: boolean;
  /** The viewer mutes the account, and the mute has not expired. */
  readonly muted: boolean;
  /** The viewer does not want the account's reposts: by mute or by the follow's own option. */
  readonly repostsHidden: boolean;
}

/** Requests that wait between a viewer and one account. They grant nothing: only buttons depend on them. */
export interface RequestFacts {
  /** The viewer asked to follow the account. */
  readonly requested: boolean;
  /** The account asked to follow the viewer. */
  readonly requestedBy: boolean;
  /** The viewer asked for friendship. */
  readonly friendRequested: boolean;
  /** The account asked the viewer for friendship. */
  readonly friendRequestedBy: boolean;
}

/** Everything the policy may ask about one piece of content and one viewer. */
export interface ContentFacts {
  readonly id: Id;
  readonly kind: 'post' | 'comment';
  readonly status: ContentStatus;
  readonly audience: Visibility | 'container';
  /** Unix milliseconds, or null when it does not expire. */
  readonly expiresAt: number | null;
  readonly author: RelationFacts;
  /** Posts: who may comment. */
  readonly commentPolicy: CommentPolicy;
  /** Posts: the viewer is mentioned in it. */
  readonly mentioned: boolean;
  /**
   * What must be visible first: the post of a comment, the original of a plain repost. A quote has none: it stands
   * without its original.
   */
  readonly container: ContentFacts | null;
}

/**
 * The only way facts about other slices' rows reach a decision. Inside a unit of work it reads through the
 * transaction. Ids that do not exist are absent from the map.
 */
export interface FactsReader {
  relations(viewer: Viewer, accountIds: readonly Id[]): Promise<ReadonlyMap<Id, RelationFacts>>;
  /** Every existing account has an entry. */
  requests(viewer: Viewer, accountIds: readonly Id[]): Promise<ReadonlyMap<Id, RequestFacts>>;
  posts(viewer: Viewer, postIds: readonly Id[]): Promise<ReadonlyMap<Id, ContentFacts>>;
  comments(viewer: Viewer, commentIds: readonly Id[]): Promise<ReadonlyMap<Id, ContentFacts>>;
}

/**
 * Locks the rows a decision rests on, before they are read. Handed out by a unit of work; held until it ends.
 * Within one call locks are taken in id order. Use cases call it once, first thing; where a use case needs more
 * than one kind, the order is pairs, accounts, posts, comments.
 */
export interface RowLocks {
  /** Serialises everything decided about these two accounts' relation (follow, block, friendship). */
  pair(a: Id, b: Id): Promise<void>;
  /**
   * Lets many decide at once on relations they do not change (reacting, commenting) while keeping out a change of
   * those relations.
   */
  pairShared(pairs: readonly (readonly [Id, Id])[]): Promise<void>;
  accounts(ids: readonly Id[]): Promise<void>;
  posts(ids: readonly Id[]): Promise<void>;
  comments(ids: readonly Id[]): Promise<void>;
}
