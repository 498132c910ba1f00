import { requireAccount, requireActive } from '../access/index.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { invalid } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import { type HeldLimits, requireHeldWithin } from './limits.js';
import type { GraphWriteDeps } from './pair.js';
import type { MuteScope } from './store.js';

/** Where a mute stands after a call, and whether the call moved it. */
export interface MuteOutcome {
  readonly status: 'muted' | 'none';
  readonly changed: boolean;
}

/** @throws mute.expired (validation) when the end is not in the future */
export function requireFuture(expiresAt: number | null, now: number): void {
  if (expiresAt !== null && expiresAt <= now)
    throw invalid('mute.expired', 'the end of a mute lies in the future', [
      { path: 'expiresAt', message: 'must lie in the future' },
    ]);
}

const requireOther = (me: Id, other: Id): void => {
  if (me === other)
    throw invalid('mute.self', 'this works on other accounts only', [
      { path: 'userId', message: 'must be the id of another account' },
    ]);
};

/**
 * Stops offering what an account writes, or only what it reposts. It is not permission, and the account is not told:
 * it stays visible on its profile and under direct links. Muting again sets a new end.
 *
 * @throws mute.self, mute.expired (validation), account.not_found when the account cannot be seen,
 * mute.limit_reached (conflict)
 */
export async function mute(
  deps: GraphWriteDeps,
  actor: Actor,
  input: { readonly userId: Id; readonly scope: MuteScope; readonly expiresAt: number | null },
  limits: HeldLimits = {},
): Promise<MuteOutcome> {
  const me = accountOf(actor);
  const { userId, scope, expiresAt } = input;
  requireOther(me, userId);
  return deps.unitOfWork.transact(async (unit) => {
    const now = deps.runtime.clock.now();
    requireFuture(expiresAt, now);
    const facts = await unit.facts.relations(me, [me, userId]);
    requireActive(facts.get(me));
    requireAccount(facts.get(userId));
    await unit.mutes.removeExpired(me, now);
    const entry = { muterId: me, mutedId: userId, scope, expiresAt };
    const changed = await unit.mutes.set({ ...entry, id: deps.runtime.ids.next() }, now);
    await requireHeldWithin(unit, me, 'mutes', limits);
    if (changed) await unit.outbox.append({ type: 'mute.created', actor, payload: entry });
    return { status: 'muted', changed };
  });
}

/** Ends a mute: of one scope, or of both without one. Says nothing about whether the account exists. */
export async function unmute(
  deps: GraphWriteDeps,
  actor: Actor,
  input: { readonly userId: Id; readonly scope?: MuteScope | undefined },
): Promise<MuteOutcome> {
  const me = accountOf(actor);
  requireOther(me, input.userId);
  const scopes: readonly MuteScope[] = input.scope === undefined ? ['all', 'reposts'] : [input.scope];
  return deps.unitOfWork.transact(async (unit) => {
    const now = deps.runtime.clock.now();
    requireActive((await unit.facts.relations(me, [me])).get(me));
    let changed = false;
    for (const scope of scopes) {
      if (!(await unit.mutes.remove(me, input.userId, scope, now))) continue;
      changed = true;
      const payload = { muterId: me, mutedId: input.userId, scope };
      await unit.outbox.append({ type: 'mute.removed', actor, payload });
    }
    return { status: 'none', changed };
  });
}
