import type { AccountState } from '../access/index.js';
import type { Id } from '../kernel/ids.js';
import type { Account, AccountSummary, ResumeState } from './types.js';

/** Reads accounts. No policy here: callers decide with `access`. Ids that do not exist are absent from maps. */
export interface AccountReader {
  byIds(ids: readonly Id[]): Promise<ReadonlyMap<Id, Account>>;
  byExternalId(externalId: string): Promise<Account | null>;
  /** @param handles canonical @returns ids by handle, inactive accounts included */
  idsByHandles(handles: readonly string[]): Promise<ReadonlyMap<string, Id>>;
  /** Whether an account other than `except` has this handle or a look-alike of it. */
  handleTaken(skeleton: string, except: Id | null): Promise<boolean>;
  /** Who gave this handle, or a look-alike of it, up and may alone take it back at `now`; null when nobody may. */
  releasedBy(skeleton: string, now: number): Promise<Id | null>;
  /** The embedded form, for lists. */
  summaries(ids: readonly Id[]): Promise<ReadonlyMap<Id, AccountSummary>>;
}

/** Columns an update may change. Handles, states and counters have verbs of their own. */
export type AccountChanges = Partial<
  Pick<
    Account,
    | 'displayName'
    | 'firstName'
    | 'lastName'
    | 'bio'
    | 'avatar'
    | 'verifiedIssuer'
    | 'verifiedAt'
    | 'location'
    | 'birthDate'
    | 'gender'
    | 'fieldVisibility'
    | 'custom'
    | 'isPrivate'
    | 'discoverable'
    | 'role'
    | 'label'
    | 'labelSource'
  >
>;

/** A new account: counters start at zero, without posts. */
export type NewAccount = Omit<
  Account,
  'followerCount' | 'followingCount' | 'friendCount' | 'postCount' | 'lastPostId'
>;

/** Writes accounts. Each write of an existing account adds one to its revision and sets `updatedAt`. */
export interface AccountWriter {
  /**
   * Inserts unless the external id or the handle (or a look-alike of it) is taken, also by a transaction that commits
   * meanwhile: of twenty concurrent inserts of one handle exactly one is told `inserted`. When both are taken it says
   * `external_id_taken`.
   */
  insert(account: NewAccount): Promise<'inserted' | 'external_id_taken' | 'handle_taken'>;
  /** @returns the new revision, or null when there is no such account @param at Unix ms */
  update(id: Id, changes: AccountChanges, at: number): Promise<number | null>;
  /**
   * @returns the new revision
   * @throws handle.taken (conflict) when another account has the handle or a look-alike; the unit of work is then over
   */
  rename(id: Id, name: { readonly handle: string; readonly skeleton: string }, at: number): Promise<number>;
  /** Keeps a handle that was given up for its last holder until `expiresAt` (Unix ms). */
  keepReleased(skeleton: string, id: Id, expiresAt: number): Promise<void>;
  /** Moves the state only if it is still `from`. @returns false when it was not */
  moveState(
    id: Id,
    move: {
      readonly from: AccountState;
      readonly to: AccountState;
      readonly reason: string | null;
      readonly resumeState: ResumeState | null;
    },
    at: number,
  ): Promise<boolean>;
}

/** Both halves, as a unit of work hands them out. */
export type AccountStore = AccountReader & AccountWriter;

/** What the use cases of this slice need of a unit of work beyond the kernel's stores. */
export interface IdentityStores {
  readonly accounts: AccountStore;
}

/** What the reads of this slice need. */
export interface IdentityReaders {
  readonly accounts: AccountReader;
}
