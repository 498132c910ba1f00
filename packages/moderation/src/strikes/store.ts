import type { Id } from '@socialkit/core';
import type { Strike } from './types.js';

/** Reads strikes. No policy: who may see them is for the callers. */
export interface StrikeReader {
  /** Strikes of an account that count at `now` (Unix ms), oldest first. */
  counting(accountId: Id, now: number): Promise<readonly Strike[]>;
  /** All strikes of an account, newest first, strictly below `after`. */
  ofAccount(
    accountId: Id,
    slice: { readonly after: Id | null; readonly limit: number },
  ): Promise<readonly Strike[]>;
}

/** Writes them, under a lock of the account. */
export interface StrikeWriter {
  /** @returns false, with nothing written, when the decision has a strike against the account */
  insert(strike: Strike): Promise<boolean>;
  /** Takes back the strikes of a decision. @param at Unix ms @returns those it took back now */
  revoke(decisionId: Id, at: number): Promise<readonly Strike[]>;
}

/** The ports of this slice inside a unit of work. */
export interface StrikeStores {
  readonly strikes: StrikeReader & StrikeWriter;
}

/** Its reading port. */
export interface StrikeReaders {
  readonly strikes: StrikeReader;
}
