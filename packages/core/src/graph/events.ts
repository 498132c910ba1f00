import type { Id } from '../kernel/ids.js';

/** A directed edge of the follow graph. */
export interface FollowEdge {
  readonly followerId: Id;
  readonly followeeId: Id;
}

/** A directed request: `requesterId` asks, `targetId` decides. */
export interface RequestEdge {
  readonly requesterId: Id;
  readonly targetId: Id;
}

/** What the graph slice tells the others. Payloads carry ids and public facts only. */
export interface GraphEvents {
  /** Somebody asked a private account to let him follow. */
  'follow.requested': FollowEdge;
  /** A follow began: at once (`requested` false) or because its request was accepted. */
  'follow.accepted': FollowEdge & { readonly requested: boolean };
  /** Follows were brought in from another platform; these accounts have new ones. */
  'follow.imported': { readonly followerIds: readonly Id[] };
  /** A follow ended: by the follower, by the followed account, or by a block. */
  'follow.removed': FollowEdge;
  /** The asked account said no. The requester is never told. */
  'follow_request.rejected': RequestEdge;
  /** The requester took the request back, or a block removed it. */
  'follow_request.cancelled': RequestEdge;
  'friend_request.sent': RequestEdge;
  /** `friendId` asked and `userId` agreed; the friendship itself has no direction. */
  'friendship.accepted': { readonly userId: Id; readonly friendId: Id };
  /** The asked account said no. The requester is never told. */
  'friend_request.declined': RequestEdge;
  /** The requester took the request back, or a block removed it. */
  'friend_request.cancelled': RequestEdge;
  'friendship.removed': { readonly userId: Id; readonly friendId: Id };
  'block.created': { readonly blockerId: Id; readonly blockedId: Id };
  'block.removed': { readonly blockerId: Id; readonly blockedId: Id };
  /** Also when a mute's expiry or scope changed. `expiresAt` is Unix ms, null for a mute without end. */
  'mute.created': {
    readonly muterId: Id;
    readonly mutedId: Id;
    readonly scope: 'all' | 'reposts';
    readonly expiresAt: number | null;
  };
  'mute.removed': { readonly muterId: Id; readonly mutedId: Id; readonly scope: 'all' | 'reposts' };
  'hashtag.followed': { readonly userId: Id; readonly tag: string };
  'hashtag.unfollowed': { readonly userId: Id; readonly tag: string };
}

declare module '../kernel/events.js' {
  interface EventMap extends GraphEvents {}
}
