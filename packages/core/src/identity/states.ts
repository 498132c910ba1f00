import type { AccountState } from '../access/index.js';
import { conflict } from '../kernel/errors.js';

/** Who may make a move: the account itself, or staff. */
export type StateMover = 'self' | 'staff';

/**
 * Every legal move between account states; what is not here is refused. A deactivated account returns to where it
 * left from (`resumeState`), so leaving and coming back lifts no restriction; staff who act on it meanwhile change
 * where it returns to.
 */
export const STATE_MOVES: Readonly<
  Record<AccountState, Readonly<Partial<Record<AccountState, StateMover>>>>
> = Object.freeze({
  active: { limited: 'staff', suspended: 'staff', deactivated: 'self' },
  limited: { active: 'staff', suspended: 'staff', deactivated: 'self' },
  suspended: { active: 'staff', limited: 'staff' },
  deactivated: { active: 'self', limited: 'self', suspended: 'self' },
});

/** @throws account.illegal_state_change (conflict) */
export function requireMove(from: AccountState, to: AccountState, by: StateMover): void {
  if (STATE_MOVES[from][to] !== by)
    throw conflict(
      'account.illegal_state_change',
      `an account that is ${from} cannot become ${to} like this`,
    );
}
