import { type Actor, compareIds, type Id, requireAccount } from '@socialkit/core';
import type { FeedReadDeps } from './feed-service.js';
import { NO_FLOOR } from './merge.js';
import type { Verification } from './types.js';

const audit = (deps: FeedReadDeps, actor: Actor, action: string, userId: Id, details: object) =>
  deps.unitOfWork.transact((stores) =>
    stores.audit.append({
      actor,
      action,
      subject: { kind: 'account', id: userId },
      details: { ...details },
    }),
  );

async function requireReader(deps: FeedReadDeps, userId: Id): Promise<void> {
  // Operators ask about accounts of every state, as the account itself would see them.
  requireAccount((await deps.readers.facts.relations(userId, [userId])).get(userId));
}

/** Builds a timeline anew and says how long it is. */
async function build(deps: FeedReadDeps, userId: Id): Promise<{ rebuilt: boolean; length: number }> {
  const built = (await deps.builder?.build(userId, true)) ?? null;
  return built === null || built === 'shared'
    ? { rebuilt: false, length: 0 }
    : { rebuilt: true, length: built.ids.length };
}

/**
 * Compares a timeline, merged with the outboxes it relies on, with the rows: everything above the floor must be in it. Repairs by
 * building it anew when something is missing.
 *
 * A post whose delivery is still running can be reported missing; running it again says whether it was.
 *
 * @throws account.not_found, and unavailable errors when the timeline's back-end does not answer
 */
export async function verify(
  deps: FeedReadDeps,
  actor: Actor,
  { userId }: { readonly userId: Id },
): Promise<Verification> {
  await requireReader(deps, userId);
  const limit = deps.options.timelineLength * 2;
  const { state, held } = await deps.home.inspect(userId, limit);
  if (state !== 'usable') {
    await audit(deps, actor, 'feed.verify', userId, { state });
    return { state, checked: 0, missing: [], surplus: [], repaired: false };
  }

  const rows = await deps.truth.home(userId, { before: null, limit });
  const expected = rows.filter((id) => compareIds(id, held.floor) >= 0);
  const inTimeline = new Set(held.ids);
  const missing = expected.filter((id) => !inTimeline.has(id));
  const inRows = new Set(rows);
  const lowest = rows.length < limit ? NO_FLOOR : (rows.at(-1) ?? NO_FLOOR);
  const surplus = held.ids.filter((id) => !inRows.has(id) && compareIds(id, lowest) > 0);
  const { rebuilt } = missing.length > 0 ? await build(deps, userId) : { rebuilt: false };
  await audit(deps, actor, 'feed.verify', userId, {
    state: 'checked',
    missing: missing.length,
    repaired: rebuilt,
  });
  return { state: 'checked', checked: expected.length, missing, surplus, repaired: rebuilt };
}

/** Builds a timeline anew. @throws account.not_found, and unavailable errors when its back-end does not answer */
export async function rebuild(
  deps: FeedReadDeps,
  actor: Actor,
  { userId }: { readonly userId: Id },
): Promise<{ rebuilt: boolean; length: number }> {
  await requireReader(deps, userId);
  const done = await build(deps, userId);
  await audit(deps, actor, 'feed.rebuild', userId, done);
  return done;
}
