import type { Id } from '../kernel/ids.js';
import type { Edge, EdgeQuery } from './store.edges.js';

/** Reads blocks. Who blocks the reader is nobody's listing. */
export interface BlockReader {
  isBlocking(blockerId: Id, blockedId: Id): Promise<boolean>;
  /** Whom `blockerId` blocks, newest first, strictly below `after`. Inactive accounts are left out by the query. */
  blocked(blockerId: Id, page: Omit<EdgeQuery, 'viewer'>): Promise<readonly Edge[]>;
}

/** Writes blocks. What a block removes besides is the use case's. */
export interface BlockWriter {
  /** Inserts unless there is one. @returns whether it was new */
  insert(blockerId: Id, blockedId: Id, id: Id): Promise<boolean>;
  /** @returns whether there was one */
  remove(blockerId: Id, blockedId: Id): Promise<boolean>;
}

/** What a mute hides: everything of an account, or what it reposts. */
export type MuteScope = 'all' | 'reposts';

/** A mute of one account. */
export interface Mute {
  readonly muterId: Id;
  readonly mutedId: Id;
  readonly scope: MuteScope;
  readonly id: Id;
  /** Unix milliseconds from which it no longer holds; null for no end. */
  readonly expiresAt: number | null;
}

/** One mute in a listing. */
export interface MuteEdge extends Edge {
  readonly scope: MuteScope;
  readonly expiresAt: number | null;
}

/** Reads mutes of accounts. */
export interface MuteReader {
  /** Whom `muterId` mutes at `now`, newest first, strictly below `after`; an account appears once per scope. */
  muted(
    muterId: Id,
    query: Omit<EdgeQuery, 'viewer'> & { readonly now: number },
  ): Promise<readonly MuteEdge[]>;
}

/** Writes mutes of accounts. */
export interface MuteWriter {
  /**
   * Makes the mute. One that holds already keeps its id and gets the new expiry.
   * @param now Unix ms: an expired mute counts as none and is replaced
   * @returns whether anything changed
   */
  set(mute: Mute, now: number): Promise<boolean>;
  /** Removes one scope. @returns whether there was an unexpired one at `now` */
  remove(muterId: Id, mutedId: Id, scope: MuteScope, now: number): Promise<boolean>;
  /** Removes what `muterId` muted until before `now`, whomever. */
  removeExpired(muterId: Id, now: number): Promise<void>;
}
