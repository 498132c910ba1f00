import { createService, type Service } from '../kernel/operation.js';
import { block, unblock } from './block.js';
import { acceptRequest, cancelRequest, follow, rejectRequest, removeFollower, unfollow } from './follow.js';
import {
  acceptFriend,
  cancelFriendRequest,
  declineFriend,
  type FriendOptions,
  removeFriend,
  requestFriend,
} from './friend.js';
import { importFollows } from './import.js';
import type { HeldLimits } from './limits.js';
import type { GraphReadDeps } from './listing.js';
import { mute, unmute } from './mute.js';
import { graphOperations } from './operations.js';
import { blocked, followedHashtags, muted, mutedThreads, mutedWords } from './own-lists.js';
import type { GraphWriteDeps } from './pair.js';
import * as reads from './reads.js';
import {
  followHashtag,
  muteThread,
  muteWord,
  type TopicLimits,
  unfollowHashtag,
  unmuteThread,
  unmuteWord,
} from './topics.js';

/** What the graph service is made of. */
export type GraphDeps = GraphWriteDeps & GraphReadDeps;

/** How the graph behaves. */
export interface GraphOptions extends FriendOptions {
  readonly limits?: HeldLimits & TopicLimits;
}

/** Follow, friend, block, mute and everything that is listed of them. */
export type GraphService = Service<typeof graphOperations>;

/** Assembles the graph service. Every write is idempotent: what holds already is answered with `changed: false`. */
export function createGraphService(deps: GraphDeps, options: GraphOptions = {}): GraphService {
  const limits = options.limits ?? {};
  return createService(
    graphOperations,
    {
      follow: (actor, input) => follow(deps, actor, input, limits),
      unfollow: (actor, input) => unfollow(deps, actor, input),
      importFollows: (actor, input) => importFollows(deps, actor, input),
      removeFollower: (actor, input) => removeFollower(deps, actor, input),
      acceptRequest: (actor, input) => acceptRequest(deps, actor, input),
      rejectRequest: (actor, input) => rejectRequest(deps, actor, input),
      cancelRequest: (actor, input) => cancelRequest(deps, actor, input),
      requestFriend: (actor, input) => requestFriend(deps, actor, input, options),
      removeFriend: (actor, input) => removeFriend(deps, actor, input),
      acceptFriend: (actor, input) => acceptFriend(deps, actor, input, options),
      declineFriend: (actor, input) => declineFriend(deps, actor, input),
      cancelFriendRequest: (actor, input) => cancelFriendRequest(deps, actor, input),
      block: (actor, input) => block(deps, actor, input, limits),
      unblock: (actor, input) => unblock(deps, actor, input),
      mute: (actor, input) => mute(deps, actor, input, limits),
      unmute: (actor, input) => unmute(deps, actor, input),
      muteWord: (actor, input) => muteWord(deps, actor, input, limits),
      unmuteWord: (actor, input) => unmuteWord(deps, actor, input),
      muteThread: (actor, input) => muteThread(deps, actor, input, limits),
      unmuteThread: (actor, input) => unmuteThread(deps, actor, input),
      followHashtag: (actor, input) => followHashtag(deps, actor, input, limits),
      unfollowHashtag: (actor, input) => unfollowHashtag(deps, actor, input),
      relationships: (actor, input) => reads.relationships(deps, actor, input),
      overview: (actor, input) => reads.overview(deps, actor, input),
      followers: (actor, input) => reads.followers(deps, actor, input),
      following: (actor, input) => reads.following(deps, actor, input),
      friends: (actor, input) => reads.friends(deps, actor, input),
      mutuals: (actor, input) => reads.mutuals(deps, actor, input),
      followersYouKnow: (actor, input) => reads.followersYouKnow(deps, actor, input),
      requests: (actor, input) => reads.requests(deps, actor, input),
      sentRequests: (actor, input) => reads.sentRequests(deps, actor, input),
      friendRequests: (actor, input) => reads.friendRequests(deps, actor, input),
      sentFriendRequests: (actor, input) => reads.sentFriendRequests(deps, actor, input),
      blocked: (actor, input) => blocked(deps, actor, input),
      muted: (actor, input) => muted(deps, actor, input),
      mutedWords: (actor, input) => mutedWords(deps, actor, input),
      mutedThreads: (actor, input) => mutedThreads(deps, actor, input),
      followedHashtags: (actor, input) => followedHashtags(deps, actor, input),
    },
    deps.runtime,
  );
}
