import type { Id } from '../kernel/ids.js';

/** What holds between a viewer and one account, as stored. */
export interface RelationEdges {
  readonly following: boolean;
  readonly hideReposts: boolean;
  readonly followedBy: boolean;
  readonly requested: boolean;
  readonly requestedBy: boolean;
  readonly friends: boolean;
  readonly friendRequested: boolean;
  readonly friendRequestedBy: boolean;
  /** The viewer blocks the account. The opposite is deliberately absent. */
  readonly blocking: boolean;
  /** An unexpired mute of everything. */
  readonly muted: boolean;
  /** Unix milliseconds when `muted` ends; null when it does not, or is false. */
  readonly mutedUntil: number | null;
  /** An unexpired mute of reposts. */
  readonly repostsMuted: boolean;
}

/** What an account holds of others and a limit counts: requests on the way count as what they become. */
export type HeldKind = 'following' | 'friends' | 'blocks' | 'mutes';

/** Reads every edge between one account and many others at once. */
export interface RelationshipReader {
  /** One entry per requested account, whether it exists or not. @param now Unix ms, for expiries */
  between(viewerId: Id, accountIds: readonly Id[], now: number): Promise<ReadonlyMap<Id, RelationEdges>>;
  /** How many entries of a kind the account holds, expired mutes included; stops counting at `cap`. */
  countHeld(accountId: Id, kind: HeldKind, cap: number): Promise<number>;
}
