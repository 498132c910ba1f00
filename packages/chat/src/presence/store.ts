import type { Id } from '@socialkit/core';
import type { ChosenState, DevicePresence, DeviceState, LastSeenAudience } from './types.js';

/** One start of one node: 16 random hexadecimal digits. A node that was declared dead comes back under another one. */
export type Incarnation = string;

/** What a node says about one account: the classes of its devices there; none when the last one left. */
export interface PresenceEntry {
  readonly userId: Id;
  readonly devices: readonly DevicePresence[];
}

/** What all live nodes together say about an account. */
export type Reachability = DeviceState | 'offline';

/** An account whose merged state became another one. */
export interface PresenceTransition {
  readonly userId: Id;
  readonly from: Reachability;
  readonly to: Reachability;
}

/** How a node stands after it tried to renew its lease. */
export interface LeaseAnswer {
  /** False when the lease had ended or is not known: everything the node said is void, and it must begin anew. */
  readonly held: boolean;
  /** The store's clock jumped, or the store was away for longer than a lease: entries may have lapsed with it. */
  readonly interrupted: boolean;
  /** Nodes whose lease has ended and whose entries are still there. */
  readonly dead: readonly { readonly incarnation: Incarnation; readonly lastRenewedAgoMs: number }[];
}

/** A part of the entries of a dead node, removed. */
export interface ReapStep {
  readonly transitions: readonly PresenceTransition[];
  /** Nothing is left of the node. */
  readonly done: boolean;
}

/** Times of the leases; all processes of a platform use the same. */
export interface PresenceTimes {
  /** A node that does not renew for this long is dead. @default 15000 */
  readonly leaseMs?: number;
  /** How often a node renews. @default 5000 */
  readonly renewMs?: number;
  /** An entry that is not refreshed for this long lapses, though its node lives. @default 600000 */
  readonly entryMs?: number;
  /** How often each entry is refreshed. @default 240000 */
  readonly refreshMs?: number;
}

/** The times after defaults. @throws TypeError when a lease does not outlive two renewals, or an entry two refreshes */
export function resolvePresenceTimes(times: PresenceTimes = {}): Required<PresenceTimes> {
  const { leaseMs = 15_000, renewMs = 5000, entryMs = 600_000, refreshMs = 240_000 } = times;
  const resolved = { leaseMs, renewMs, entryMs, refreshMs };
  if (!Object.values(resolved).every((ms) => Number.isInteger(ms) && ms >= 10))
    throw new TypeError('the times of presence must be whole milliseconds, 10 at least');
  if (leaseMs < renewMs * 2 || entryMs < refreshMs * 2 || refreshMs < renewMs)
    throw new TypeError('a lease must outlive two renewals, an entry two refreshes, a refresh one renewal');
  return Object.freeze(resolved);
}

/**
 * Who is connected, to which node, with what. Two levels of leases, so that the cost grows with nodes and not with accounts:
 * an entry (account, node) counts only while the lease of its node lives, so the death of a node ends all its entries at once,
 * and only the node's lease is renewed often.
 *
 * - Time is the store's own; what the clocks of nodes say does not matter.
 * - A node's lease that has ended never lives again, also when the node wakes up: what a node that was declared dead writes
 *   does not count.
 * - Who is alive may be known `renewMs` late; a node that began lately is always known.
 * - Writes answer with the transitions they caused and no others: of two writers one gets it.
 * - Nothing of it is durable. A store that lost everything is filled again by the nodes.
 *
 * @throws any method: an unavailable error (retryable) when the back-end does not answer; a write may then have happened, and
 * is repeated
 */
export interface PresenceStore {
  /** Takes the lease of a node that starts. */
  begin(incarnation: Incarnation): Promise<void>;
  /** Renews it. A lease that has ended stays ended. Time in which no node at all could renew counts for none. */
  renew(incarnation: Incarnation): Promise<LeaseAnswer>;
  /**
   * Sets what a node says about accounts, whatever it said before; each account at most once a call.
   * @param replaces the incarnation under which the same process spoke before: its entries go, as if these were theirs
   */
  put(
    incarnation: Incarnation,
    entries: readonly PresenceEntry[],
    replaces?: Incarnation,
  ): Promise<readonly PresenceTransition[]>;
  /** Keeps entries alive that are as they were put. @returns the accounts of those that are not there: put them again */
  refresh(incarnation: Incarnation, entries: readonly PresenceEntry[]): Promise<readonly Id[]>;
  /** The merged devices of each account, in the order of `DEVICE_CLASSES`; accounts that are not connected are absent. */
  devices(userIds: readonly Id[]): Promise<ReadonlyMap<Id, readonly DevicePresence[]>>;
  /** Ends a lease at once. What is left of the node is for {@link PresenceStore.reap}. */
  end(incarnation: Incarnation): Promise<void>;
  /**
   * Removes a part of what a node whose lease has ended left behind; call it until it is done.
   * @returns null when another process is at it
   */
  reap(incarnation: Incarnation): Promise<ReapStep | null>;
  close(): Promise<void>;
}

/** What an account chose, and when it was last connected. */
export interface PresenceRecord {
  readonly state: ChosenState;
  readonly lastSeen: LastSeenAudience;
  /** Unix milliseconds; null when it never was, as far as is known. */
  readonly lastSeenAt: number | null;
}

/** What holds for an account that never chose. */
export const DEFAULT_PRESENCE: PresenceRecord = Object.freeze({
  state: 'online',
  lastSeen: 'contacts',
  lastSeenAt: null,
});

/** Reads choices. */
export interface PresenceRecordReader {
  /** One entry for each account asked for, {@link DEFAULT_PRESENCE} where there is none. One statement. */
  find(userIds: readonly Id[]): Promise<ReadonlyMap<Id, PresenceRecord>>;
}

/** Writes choices. */
export interface PresenceRecordWriter {
  /** Sets what is given and leaves the rest. @returns the record as it is now */
  choose(
    userId: Id,
    choice: { readonly state?: ChosenState; readonly lastSeen?: LastSeenAudience },
  ): Promise<PresenceRecord>;
  /**
   * Remembers when accounts were last connected, each at most once a call. Never goes back, and leaves accounts alone that are
   * invisible.
   */
  seen(sightings: readonly { readonly userId: Id; readonly at: number }[]): Promise<void>;
}
