import { type Actor, type FakeClock, isSocialError } from '@socialkit/core';
import type { SocialKit } from '../../kit/index.js';
import type { Dice } from './dice.js';
import type { PlainWorld } from './plain-world.js';

/** Refusals a player can get for asking what is not allowed; everything else is a bug. */
const REFUSALS = new Set(['validation', 'forbidden', 'not_found', 'conflict']);

/** Somebody who plays a world: calls the public services and keeps what came of it beside, as plain data. */
export interface Player {
  readonly kit: SocialKit;
  readonly clock: FakeClock;
  readonly dice: Dice;
  readonly world: PlainWorld;
  /** Moves that were allowed at least once, by name. */
  readonly allowed: Map<string, number>;
  as(accountId: string): Actor;
  /** Makes a move. @returns what the service said, null when it refused @throws whatever is not a refusal */
  attempt<T>(move: string, call: () => Promise<T>): Promise<T | null>;
  /** Notes that a move was allowed, or refused, against the oracle. @param may what the oracle says */
  judge(move: string, said: unknown, may: boolean, about: object): void;
}

/** One thing that can happen in a world. */
export type Move = (player: Player) => Promise<void>;

/** Sits a player down at an empty world. */
export function createPlayer(
  deps: Pick<Player, 'kit' | 'clock' | 'dice' | 'world'> & { readonly allowed?: Map<string, number> },
): Player {
  const allowed = deps.allowed ?? new Map<string, number>();
  return {
    ...deps,
    allowed,
    as: (accountId) => deps.kit.actor(accountId),
    judge(move, said, may, about) {
      if ((said !== null) !== may)
        throw new Error(
          `${move} was ${may ? 'refused' : 'allowed'} against the oracle: ${JSON.stringify(about)}`,
        );
    },
    async attempt(move, call) {
      try {
        const said = await call();
        allowed.set(move, (allowed.get(move) ?? 0) + 1);
        return said;
      } catch (error) {
        if (isSocialError(error) && REFUSALS.has(error.category)) return null;
        throw error;
      }
    },
  };
}

/** Two accounts that are not the same, or null in a world of one. */
export function twoAccounts({ dice, world }: Player): readonly [string, string] | null {
  const from = dice.pick(world.accounts).id;
  const to = dice.some(world.accounts.filter(({ id }) => id !== from));
  return to && [from, to.id];
}
