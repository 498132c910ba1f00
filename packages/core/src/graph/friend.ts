import { canViewAccount, requireAccount } from '../access/index.js';
import type { Actor } from '../kernel/actor.js';
import type { Id } from '../kernel/ids.js';
import { beginFollow, beginFriendship, endFriendship, grantFollow, withdrawFriendRequest } from './edges.js';
import { type HeldLimits, requireHeldWithin } from './limits.js';
import { decideAbout, type GraphWriteDeps, type PairChange } from './pair.js';

/** Where a friendship stands after a call, and whether the call moved it. */
export interface FriendOutcome {
  readonly status: 'friends' | 'requested' | 'none';
  readonly changed: boolean;
}

/** How friendships behave. */
export interface FriendOptions {
  /** Accepting makes both follow each other, private accounts too: the handshake is their consent. @default true */
  readonly friendsFollow?: boolean;
  readonly limits?: HeldLimits;
}

const none = (changed: boolean): FriendOutcome => ({ status: 'none', changed });
const friends = (changed: boolean): FriendOutcome => ({ status: 'friends', changed });

/** Turns the pending request of `change.other` into a friendship. */
async function agree(change: PairChange, { friendsFollow = true }: FriendOptions): Promise<FriendOutcome> {
  const { me, other } = change;
  const isNew = await beginFriendship(change, me, other);
  if (friendsFollow) {
    // A follow request on the way is answered by it, with the option it was made with.
    for (const [from, to] of [
      [me, other],
      [other, me],
    ] as const)
      if (!(await grantFollow(change, from, to)))
        await beginFollow(change, from, to, { hideReposts: false, requested: false });
  }
  return friends(isNew);
}

/**
 * Asks an account to be friends; when it has asked already, both are friends.
 * @throws friend_request.self (validation), account.not_found when the account cannot be seen,
 * friend_request.limit_reached (conflict)
 */
export const requestFriend = (
  deps: GraphWriteDeps,
  actor: Actor,
  { userId }: { readonly userId: Id },
  options: FriendOptions,
): Promise<FriendOutcome> =>
  decideAbout(deps, actor, userId, 'friend_request', async (change) => {
    const { unit, me, other, facts } = change;
    requireAccount(facts);
    if (facts.friends) return friends(false);
    // The pair lock lets only one of two opposite requests be the first.
    if (await unit.friends.removeRequest(other, me)) return agree(change, options);
    const changed = await unit.friends.insertRequest(me, other, change.nextId());
    if (changed) await requireHeldWithin(unit, me, 'friends', options.limits ?? {});
    if (changed) await change.tell('friend_request.sent', { requesterId: me, targetId: other });
    return { status: 'requested', changed };
  });

/** Accepts a friend request. Without one it says where the friendship stands. */
export const acceptFriend = (
  deps: GraphWriteDeps,
  actor: Actor,
  { userId }: { readonly userId: Id },
  options: FriendOptions,
): Promise<FriendOutcome> =>
  decideAbout(deps, actor, userId, 'friend_request', async (change) => {
    const { unit, me, other, facts } = change;
    if (!canViewAccount(facts)) return none(false);
    if (await unit.friends.removeRequest(other, me)) return agree(change, options);
    return facts.friends ? friends(false) : none(false);
  });

/** Refuses a friend request. The requester is not told and may ask again. */
export const declineFriend = (
  deps: GraphWriteDeps,
  actor: Actor,
  { userId }: { readonly userId: Id },
): Promise<FriendOutcome> =>
  decideAbout(deps, actor, userId, 'friend_request', async (change) => {
    const request = { requesterId: change.other, targetId: change.me };
    const removed = await change.unit.friends.removeRequest(request.requesterId, request.targetId);
    if (removed) await change.tell('friend_request.declined', request);
    return canViewAccount(change.facts) && change.facts.friends ? friends(false) : none(removed);
  });

/** Takes back the actor's friend request. */
export const cancelFriendRequest = (
  deps: GraphWriteDeps,
  actor: Actor,
  { userId }: { readonly userId: Id },
): Promise<FriendOutcome> =>
  decideAbout(deps, actor, userId, 'friend_request', async (change) => {
    const removed = await withdrawFriendRequest(change, change.me, change.other);
    return canViewAccount(change.facts) && change.facts.friends ? friends(false) : none(removed);
  });

/** Ends a friendship and takes back a pending request. Follows stay. */
export const removeFriend = (
  deps: GraphWriteDeps,
  actor: Actor,
  { userId }: { readonly userId: Id },
): Promise<FriendOutcome> =>
  decideAbout(deps, actor, userId, 'friendship', async (change) => {
    const ended = await endFriendship(change, change.me, change.other);
    const withdrawn = await withdrawFriendRequest(change, change.me, change.other);
    return none(ended || withdrawn);
  });
