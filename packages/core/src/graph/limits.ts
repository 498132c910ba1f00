import { conflict } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import type { GraphUnit } from './pair.js';
import type { HeldKind } from './store.js';

/**
 * How many entries an account may hold. Calls that run at the same moment may pass a limit by as many as they are. An import by the
 * host is not limited: what another platform allowed comes along.
 */
export interface HeldLimits {
  /** Follows, with requests on the way. @default 10000 */
  readonly following?: number;
  /** Friends, with requests on the way; the one who asks is counted. @default 5000 */
  readonly friends?: number;
  /** @default 10000 */
  readonly blocks?: number;
  /** @default 10000 */
  readonly mutes?: number;
}

const DEFAULTS: Readonly<Record<HeldKind, number>> = Object.freeze({
  following: 10_000,
  friends: 5000,
  blocks: 10_000,
  mutes: 10_000,
});
const NOUNS: Readonly<Record<HeldKind, string>> = {
  following: 'follow',
  friends: 'friend_request',
  blocks: 'block',
  mutes: 'mute',
};

/**
 * Called after an entry was made, in its unit of work.
 * @throws follow.limit_reached, friend_request.limit_reached, block.limit_reached, mute.limit_reached (conflict)
 */
export async function requireHeldWithin(
  { relationships }: Pick<GraphUnit, 'relationships'>,
  accountId: Id,
  kind: HeldKind,
  limits: HeldLimits,
): Promise<void> {
  const limit = limits[kind] ?? DEFAULTS[kind];
  if ((await relationships.countHeld(accountId, kind, limit + 1)) > limit)
    throw conflict(`${NOUNS[kind]}.limit_reached`, `there is room for ${limit}; remove one first`);
}
