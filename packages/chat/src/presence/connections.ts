import type { Id } from '@socialkit/core';
import { mergeDevices } from './merge.js';
import type { DeviceClass, DevicePresence, DeviceState } from './types.js';

/** A socket, or whatever else an account is connected by. */
export interface PresenceConnection {
  readonly connectionId: string;
  readonly userId: Id;
  readonly device: DeviceClass;
}

/** The connections of this node, and what they make of each account. In memory, and the truth about this node. */
export interface Connections {
  /** A connection that is there already is ignored. */
  add(connection: PresenceConnection): void;
  /** The account stays as it was for the grace time: it may come back, here or elsewhere. Unknown ids are ignored. */
  remove(connectionId: string): void;
  /** Somebody uses the device now; with `idle` nobody does, though it is connected. */
  activity(connectionId: string, state: DeviceState): void;
  /** Ends graces and lets devices idle that nobody has used. */
  pass(): void;
  /** What this node says about an account; nothing when it is not connected here. */
  devicesOf(userId: Id): readonly DevicePresence[];
  /** Whether an account has an open connection, graces aside. */
  connected(userId: Id): boolean;
  /** Open connections. */
  readonly size: number;
}

interface Held extends PresenceConnection {
  activeAt: number;
  state: DeviceState;
}

interface Account {
  readonly open: Map<string, Held>;
  /** Devices that left a moment ago. */
  readonly lingering: Map<DeviceClass, { readonly state: DeviceState; readonly until: number }>;
}

/** Uses of one device that are closer together are one. */
const ACTIVITY_STEP_MS = 1000;

/**
 * @param deps.changed called when what is said about an account may have become something else
 * @param deps.now monotonic milliseconds: the wall clock may jump
 */
export function createConnections(deps: {
  readonly changed: (userId: Id) => void;
  readonly now: () => number;
  readonly graceMs: number;
  readonly idleAfterMs: number;
}): Connections {
  const { changed, now, graceMs, idleAfterMs } = deps;
  const accounts = new Map<Id, Account>();
  /** Those in use, least recently used first. */
  const used = new Map<string, Held>();
  const all = new Map<string, Held>();
  /** In the order in which they end. */
  const leaving: { readonly userId: Id; readonly device: DeviceClass; readonly until: number }[] = [];

  const use = (held: Held) => {
    held.activeAt = now();
    held.state = 'online';
    used.delete(held.connectionId);
    used.set(held.connectionId, held);
  };
  const forgetEmpty = (userId: Id, account: Account) => {
    if (account.open.size === 0 && account.lingering.size === 0) accounts.delete(userId);
  };

  return {
    add({ connectionId, userId, device }) {
      if (all.has(connectionId)) return;
      const held: Held = { connectionId, userId, device, activeAt: 0, state: 'online' };
      const account = accounts.get(userId) ?? { open: new Map(), lingering: new Map() };
      accounts.set(userId, account);
      account.open.set(connectionId, held);
      account.lingering.delete(device);
      all.set(connectionId, held);
      use(held);
      changed(userId);
    },
    remove(connectionId) {
      const held = all.get(connectionId);
      const account = held && accounts.get(held.userId);
      if (!held || !account) return;
      const { userId, device, state } = held;
      all.delete(connectionId);
      used.delete(connectionId);
      account.open.delete(connectionId);
      if (![...account.open.values()].some((other) => other.device === device)) {
        const until = now() + graceMs;
        account.lingering.set(device, { state, until });
        leaving.push({ userId, device, until });
      }
      changed(userId);
    },
    activity(connectionId, state) {
      const held = all.get(connectionId);
      if (!held) return;
      if (state === 'idle') {
        used.delete(connectionId);
        if (held.state === 'online') {
          held.state = 'idle';
          changed(held.userId);
        }
      } else if (held.state === 'idle' || now() - held.activeAt >= ACTIVITY_STEP_MS) {
        const before = held.state;
        use(held);
        if (before !== 'online') changed(held.userId);
      }
    },
    pass() {
      const at = now();
      for (const held of used.values()) {
        if (at - held.activeAt < idleAfterMs) break;
        held.state = 'idle';
        used.delete(held.connectionId);
        changed(held.userId);
      }
      let ended = 0;
      for (const { userId, device, until } of leaving) {
        if (until > at) break;
        ended++;
        const account = accounts.get(userId);
        // It may have come back and left again, with a grace of its own.
        if (!account || account.lingering.get(device)?.until !== until) continue;
        account.lingering.delete(device);
        forgetEmpty(userId, account);
        changed(userId);
      }
      leaving.splice(0, ended);
    },
    devicesOf(userId) {
      const account = accounts.get(userId);
      if (!account) return [];
      const lingering = [...account.lingering].map(([device, { state }]) => ({ device, state }));
      return mergeDevices([...account.open.values(), ...lingering]);
    },
    connected: (userId) => (accounts.get(userId)?.open.size ?? 0) > 0,
    get size() {
      return all.size;
    },
  };
}
