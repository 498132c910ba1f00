import { canViewAccount, requireAccount } from '../access/index.js';
import type { Actor } from '../kernel/actor.js';
import type { Id } from '../kernel/ids.js';
import { beginFollow, endFollow, grantFollow, withdrawFollowRequest } from './edges.js';
import { type HeldLimits, requireHeldWithin } from './limits.js';
import { changePair, decideAbout, type GraphWriteDeps, type PairChange } from './pair.js';

/** Where a follow stands after a call, and whether the call moved it. */
export interface FollowOutcome {
  readonly status: 'following' | 'requested' | 'none';
  readonly changed: boolean;
}

const none = (changed: boolean): FollowOutcome => ({ status: 'none', changed });

/** Whether the followed account still is private, now that it cannot change any more. */
async function isPrivateUnderLock({ unit, me, other }: PairChange): Promise<boolean> {
  // Against the account going public in between: its pending requests would have been accepted without this one.
  await unit.locks.accounts([me, other]);
  const facts = (await unit.facts.relations(me, [other])).get(other);
  requireAccount(facts);
  return facts.isPrivate;
}

/**
 * Follows a public account, asks a private one. Given `hideReposts`, a follow or request that exists takes it over.
 * @throws follow.self (validation), account.not_found when the account cannot be seen, follow.limit_reached (conflict)
 */
export const follow = (
  deps: GraphWriteDeps,
  actor: Actor,
  input: { readonly userId: Id; readonly hideReposts?: boolean | undefined },
  limits: HeldLimits = {},
): Promise<FollowOutcome> =>
  decideAbout(deps, actor, input.userId, 'follow', async (change) => {
    const { unit, me, other, facts } = change;
    requireAccount(facts);
    const hideReposts = input.hideReposts;
    if (facts.follows) {
      const changed =
        hideReposts !== undefined && (await unit.follows.setHideReposts(me, other, hideReposts));
      return { status: 'following', changed };
    }
    if (!facts.isPrivate || !(await isPrivateUnderLock(change))) {
      // A request from the time when the account was private, which nobody has accepted yet.
      if (hideReposts !== undefined) await unit.followRequests.setHideReposts(me, other, hideReposts);
      if (!(await grantFollow(change, me, other)))
        await beginFollow(change, me, other, { hideReposts: hideReposts ?? false, requested: false });
      await requireHeldWithin(unit, me, 'following', limits);
      return { status: 'following', changed: true };
    }
    const request = {
      requesterId: me,
      targetId: other,
      id: change.nextId(),
      hideReposts: hideReposts ?? false,
    };
    if (await unit.followRequests.insert(request)) {
      await requireHeldWithin(unit, me, 'following', limits);
      await change.tell('follow.requested', { followerId: me, followeeId: other });
      return { status: 'requested', changed: true };
    }
    const changed =
      hideReposts !== undefined && (await unit.followRequests.setHideReposts(me, other, hideReposts));
    return { status: 'requested', changed };
  });

/** Ends a follow and takes back a pending request. Says nothing about whether the account exists. */
export const unfollow = (
  deps: GraphWriteDeps,
  actor: Actor,
  { userId }: { readonly userId: Id },
): Promise<FollowOutcome> =>
  decideAbout(deps, actor, userId, 'follow', async (change) => {
    const ended = await endFollow(change, change.me, change.other);
    const withdrawn = await withdrawFollowRequest(change, change.me, change.other);
    return none(ended || withdrawn);
  });

/** Makes another account stop following the actor; it may follow or ask again. */
export const removeFollower = (
  deps: GraphWriteDeps,
  actor: Actor,
  { userId }: { readonly userId: Id },
): Promise<FollowOutcome> =>
  decideAbout(deps, actor, userId, 'follow', async (change) =>
    none(await endFollow(change, change.other, change.me)),
  );

/** Accepts a request to follow the actor. Without one it says where the other's follow stands. */
export const acceptRequest = (
  deps: GraphWriteDeps,
  actor: Actor,
  { userId }: { readonly userId: Id },
): Promise<FollowOutcome> =>
  decideAbout(deps, actor, userId, 'follow_request', async (change) => {
    if (!canViewAccount(change.facts)) return none(false);
    const changed = await grantFollow(change, change.other, change.me);
    return changed || change.facts.followedBy ? { status: 'following', changed } : none(false);
  });

/** Refuses a request to follow the actor. The requester is not told and may ask again. */
export const rejectRequest = (
  deps: GraphWriteDeps,
  actor: Actor,
  { userId }: { readonly userId: Id },
): Promise<FollowOutcome> =>
  decideAbout(deps, actor, userId, 'follow_request', async (change) => {
    const request = { requesterId: change.other, targetId: change.me };
    const taken = await change.unit.followRequests.take(request.requesterId, request.targetId);
    if (taken) await change.tell('follow_request.rejected', request);
    return canViewAccount(change.facts) && change.facts.followedBy
      ? { status: 'following', changed: false }
      : none(taken !== null);
  });

/** Takes back the actor's request. */
export const cancelRequest = (
  deps: GraphWriteDeps,
  actor: Actor,
  { userId }: { readonly userId: Id },
): Promise<FollowOutcome> =>
  decideAbout(deps, actor, userId, 'follow_request', async (change) => {
    const changed = await withdrawFollowRequest(change, change.me, change.other);
    return canViewAccount(change.facts) && change.facts.follows
      ? { status: 'following', changed: false }
      : none(changed);
  });

/**
 * Accepts a request because its target is public by now. Does nothing when the target is private again or the
 * request is gone.
 * @returns whether it was accepted
 */
export const acceptBecausePublic = (
  deps: GraphWriteDeps,
  actor: Actor,
  request: { readonly requesterId: Id; readonly targetId: Id },
): Promise<boolean> => {
  const { requesterId, targetId } = request;
  return changePair(deps, actor, [requesterId, targetId], async (change) => {
    const facts = (await change.unit.facts.relations(null, [targetId])).get(targetId);
    return facts !== undefined && !facts.isPrivate && grantFollow(change, requesterId, targetId);
  });
};
