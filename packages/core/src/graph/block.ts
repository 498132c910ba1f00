import type { Actor } from '../kernel/actor.js';
import { notFound } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import { endFollow, endFriendship, withdrawFollowRequest, withdrawFriendRequest } from './edges.js';
import { type HeldLimits, requireHeldWithin } from './limits.js';
import { decideAbout, type GraphWriteDeps } from './pair.js';

/** Where a block stands after a call, and whether the call moved it. */
export interface BlockOutcome {
  readonly status: 'blocking' | 'none';
  readonly changed: boolean;
}

/**
 * Blocks an account: from the next read on neither sees anything of the other. Follows, friendship and requests of
 * both directions end in the same unit of work.
 *
 * Works on every account that exists, also one that blocks the actor or is inactive: nobody escapes a block by
 * blocking first, and the answer tells nothing about the other's blocks.
 *
 * @throws block.self (validation), account.not_found, block.limit_reached (conflict)
 */
export const block = (
  deps: GraphWriteDeps,
  actor: Actor,
  { userId }: { readonly userId: Id },
  limits: HeldLimits = {},
): Promise<BlockOutcome> =>
  decideAbout(deps, actor, userId, 'block', async (change) => {
    const { unit, me, other } = change;
    if (!change.facts) throw notFound('account');
    if (!(await unit.blocks.insert(me, other, change.nextId())))
      return { status: 'blocking', changed: false };
    await requireHeldWithin(unit, me, 'blocks', limits);
    for (const [from, to] of [
      [me, other],
      [other, me],
    ] as const) {
      await endFollow(change, from, to);
      await withdrawFollowRequest(change, from, to);
      await withdrawFriendRequest(change, from, to);
    }
    await endFriendship(change, me, other);
    await change.tell('block.created', { blockerId: me, blockedId: other });
    return { status: 'blocking', changed: true };
  });

/** Ends the actor's block; nothing it removed comes back. Says nothing about whether the account exists. */
export const unblock = (
  deps: GraphWriteDeps,
  actor: Actor,
  { userId }: { readonly userId: Id },
): Promise<BlockOutcome> =>
  decideAbout(deps, actor, userId, 'block', async (change) => {
    const changed = await change.unit.blocks.remove(change.me, change.other);
    if (changed) await change.tell('block.removed', { blockerId: change.me, blockedId: change.other });
    return { status: 'none', changed };
  });
