import type { Id } from '@socialkit/core';
import { mergeDevices, reachabilityOf } from './merge.js';
import {
  type Incarnation,
  type PresenceEntry,
  type PresenceStore,
  type PresenceTimes,
  type PresenceTransition,
  resolvePresenceTimes,
} from './store.js';
import type { DevicePresence } from './types.js';

interface Held {
  readonly devices: readonly DevicePresence[];
  readonly lapsesAt: number;
}

interface Lease {
  /** Negative once the lease has ended: such a lease never lives again. */
  endsAt: number;
  /** Interruptions its node has been told of. */
  interruptions: number;
}

/** Entries removed by one step of reaping. */
const REAP_STEP = 100;

/**
 * The reference {@link PresenceStore}: one process knows its own connections and no others.
 * @param deps.now monotonic milliseconds @default performance.now
 * @returns beside the port, how many leases and entries it holds
 */
export function createMemoryPresence(
  deps: { readonly now?: () => number } = {},
  times: PresenceTimes = {},
): PresenceStore & { size(): number } {
  // Never 0: the sign of an end tells a lease that has ended.
  const now = () => 1 + Math.floor((deps.now ?? (() => performance.now()))());
  const { leaseMs, entryMs } = resolvePresenceTimes(times);
  const leases = new Map<Incarnation, Lease>();
  const entries = new Map<Id, Map<Incarnation, Held>>();
  const usersOf = new Map<Incarnation, Set<Id>>();
  let renewedAt: number | null = null;
  let interruptions = 0;

  const lives = (incarnation: Incarnation, at: number): boolean =>
    (leases.get(incarnation)?.endsAt ?? 0) > at;

  const settle = (at: number) => {
    const gap = at - (renewedAt ?? at);
    const shift = gap > leaseMs || gap < 0 ? gap : 0;
    if (Math.abs(shift) > leaseMs) interruptions++;
    renewedAt = at;
    for (const lease of leases.values()) {
      if (lease.endsAt < 0) continue;
      lease.endsAt += shift;
      if (lease.endsAt <= at) lease.endsAt = -Math.max(1, lease.endsAt);
    }
  };

  const counted = (userId: Id, counts: (incarnation: Incarnation) => boolean) => {
    const at = now();
    return mergeDevices(
      [...(entries.get(userId) ?? [])].flatMap(([incarnation, held]) =>
        held.lapsesAt > at && counts(incarnation) ? held.devices : [],
      ),
    );
  };
  const devicesOf = (userId: Id) => {
    const at = now();
    return counted(userId, (incarnation) => lives(incarnation, at));
  };
  const drop = (userId: Id, incarnation: Incarnation) => {
    const held = entries.get(userId);
    held?.delete(incarnation);
    if (held?.size === 0) entries.delete(userId);
    usersOf.get(incarnation)?.delete(userId);
  };
  const transition = (
    userId: Id,
    before: readonly DevicePresence[],
    after: readonly DevicePresence[],
  ): readonly PresenceTransition[] => {
    const [from, to] = [reachabilityOf(before), reachabilityOf(after)];
    return from === to ? [] : [{ userId, from, to }];
  };

  const put = (incarnation: Incarnation, { userId, devices }: PresenceEntry, replaces?: Incarnation) => {
    const at = now();
    // What the same process said under another name still stands until now.
    const before = counted(userId, (other) => other === replaces || lives(other, at));
    if (replaces !== undefined) drop(userId, replaces);
    if (devices.length === 0) drop(userId, incarnation);
    else {
      const held = entries.get(userId) ?? new Map<Incarnation, Held>();
      entries.set(userId, held.set(incarnation, { devices, lapsesAt: at + entryMs }));
      const users = usersOf.get(incarnation) ?? new Set();
      usersOf.set(incarnation, users.add(userId));
    }
    return transition(userId, before, devicesOf(userId));
  };

  return {
    async begin(incarnation) {
      const at = now();
      settle(at);
      if (!leases.has(incarnation)) leases.set(incarnation, { endsAt: at + leaseMs, interruptions });
    },
    async renew(incarnation) {
      const at = now();
      settle(at);
      const lease = leases.get(incarnation);
      const held = lease !== undefined && lease.endsAt > 0;
      const interrupted = held && lease.interruptions !== interruptions;
      if (held) Object.assign(lease, { endsAt: at + leaseMs, interruptions });
      const dead = [...leases].flatMap(([name, { endsAt }]) =>
        endsAt < 0 ? [{ incarnation: name, lastRenewedAgoMs: Math.max(0, at + endsAt + leaseMs) }] : [],
      );
      return { held, interrupted, dead };
    },
    put: async (incarnation, said, replaces) => said.flatMap((entry) => put(incarnation, entry, replaces)),
    async refresh(incarnation, said) {
      const at = now();
      return said.flatMap(({ userId }) => {
        const own = entries.get(userId);
        const held = own?.get(incarnation);
        if (!own || !held) return [userId];
        own.set(incarnation, { ...held, lapsesAt: at + entryMs });
        return [];
      });
    },
    async devices(userIds) {
      const found = new Map<Id, readonly DevicePresence[]>();
      for (const userId of userIds) {
        const devices = devicesOf(userId);
        if (devices.length > 0) found.set(userId, devices);
      }
      return found;
    },
    async end(incarnation) {
      const lease = leases.get(incarnation);
      if (lease && lease.endsAt > 0) lease.endsAt = -Math.max(1, Math.min(lease.endsAt, now()));
    },
    async reap(incarnation) {
      if (lives(incarnation, now())) return { transitions: [], done: true };
      const users = [...(usersOf.get(incarnation) ?? [])].slice(0, REAP_STEP);
      const at = now();
      const transitions = users.flatMap((userId) => {
        const before = counted(userId, (other) => other === incarnation || lives(other, at));
        drop(userId, incarnation);
        return transition(userId, before, devicesOf(userId));
      });
      const done = (usersOf.get(incarnation)?.size ?? 0) === 0;
      if (done) {
        usersOf.delete(incarnation);
        leases.delete(incarnation);
      }
      return { transitions, done };
    },
    size: () =>
      leases.size + [...entries.values(), ...usersOf.values()].reduce((sum, { size }) => sum + size, 0),
    async close() {},
  };
}
