import type { Id } from '../kernel/ids.js';
import type { Change } from './pair.js';

// What makes or ends one edge: row, counters and event together. Callers hold the pair lock.

/** Begins a follow unless it is there. @returns whether it is new */
export async function beginFollow(
  change: Change,
  followerId: Id,
  followeeId: Id,
  options: { readonly hideReposts: boolean; readonly requested: boolean },
): Promise<boolean> {
  const { hideReposts, requested } = options;
  const id = change.nextId();
  if (!(await change.unit.follows.insert({ followerId, followeeId, id, hideReposts }))) return false;
  change.count(followerId, 'followingCount', 1);
  change.count(followeeId, 'followerCount', 1);
  await change.tell('follow.accepted', { followerId, followeeId, requested });
  return true;
}

/** Ends a follow. @returns whether there was one */
export async function endFollow(change: Change, followerId: Id, followeeId: Id): Promise<boolean> {
  if (!(await change.unit.follows.remove(followerId, followeeId))) return false;
  change.count(followerId, 'followingCount', -1);
  change.count(followeeId, 'followerCount', -1);
  await change.tell('follow.removed', { followerId, followeeId });
  return true;
}

/** Turns a pending follow request into a follow. @returns whether there was a request */
export async function grantFollow(change: Change, requesterId: Id, targetId: Id): Promise<boolean> {
  const request = await change.unit.followRequests.take(requesterId, targetId);
  if (!request) return false;
  await beginFollow(change, requesterId, targetId, { hideReposts: request.hideReposts, requested: true });
  return true;
}

/** Takes a pending follow request back. @returns whether there was one */
export async function withdrawFollowRequest(change: Change, requesterId: Id, targetId: Id): Promise<boolean> {
  if (!(await change.unit.followRequests.take(requesterId, targetId))) return false;
  await change.tell('follow_request.cancelled', { requesterId, targetId });
  return true;
}

/** Begins a friendship that `asker` asked for and `accepter` agreed to. @returns whether it is new */
export async function beginFriendship(change: Change, accepter: Id, asker: Id): Promise<boolean> {
  if (!(await change.unit.friends.insert(accepter, asker, change.nextId()))) return false;
  change.count(accepter, 'friendCount', 1);
  change.count(asker, 'friendCount', 1);
  await change.tell('friendship.accepted', { userId: accepter, friendId: asker });
  return true;
}

/** Ends a friendship at the wish of `userId`. @returns whether there was one */
export async function endFriendship(change: Change, userId: Id, friendId: Id): Promise<boolean> {
  if (!(await change.unit.friends.remove(userId, friendId))) return false;
  change.count(userId, 'friendCount', -1);
  change.count(friendId, 'friendCount', -1);
  await change.tell('friendship.removed', { userId, friendId });
  return true;
}

/** Takes a pending friend request back. @returns whether there was one */
export async function withdrawFriendRequest(change: Change, requesterId: Id, targetId: Id): Promise<boolean> {
  if (!(await change.unit.friends.removeRequest(requesterId, targetId))) return false;
  await change.tell('friend_request.cancelled', { requesterId, targetId });
  return true;
}
