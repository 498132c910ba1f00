import { type Clock, type Id, isSocialError, type Logger } from '@socialkit/core';
import { type Connections, createConnections, type PresenceConnection } from './connections.js';
import { createPresenceNode } from './node.js';
import { createSightings } from './sightings.js';
import {
  type PresenceRecordWriter,
  type PresenceStore,
  type PresenceTimes,
  resolvePresenceTimes,
} from './store.js';
import type { DeviceState } from './types.js';

/** Times of one node's connections. */
export interface TrackerOptions extends PresenceTimes {
  /** An account that left is said to be offline after this, unless it comes back. Milliseconds. @default 10000 */
  readonly graceMs?: number;
  /** A device that nobody has used for this long is idle. Milliseconds. @default 300000 */
  readonly idleAfterMs?: number;
  /** When an account was last connected is written at most once in this time. Milliseconds. @default 60000 */
  readonly lastSeenMs?: number;
}

/**
 * The connections of this process, as presence sees them. Whoever accepts connections calls it; all calls but the last three
 * return at once and never throw, also while the store is away: what it was not told it is told later.
 */
export interface PresenceTracker {
  /** A connection of an account that has proved who it is. */
  connected(connection: PresenceConnection): void;
  /** It is gone. The account stays as it was for the grace time. */
  disconnected(connectionId: string): void;
  /** Somebody used the device just now; `idle` when the device says that nobody does. */
  activity(connectionId: string, state?: DeviceState): void;
  /** What this node says about an account; nothing when it is not connected here. */
  readonly devicesOf: Connections['devicesOf'];
  /** Connections open on this node. */
  readonly size: number;
  /** Begins to renew the lease of this node. */
  start(): void;
  /** Does what is due: `start` calls it by itself. @throws when the store does not answer */
  tick(): Promise<void>;
  /** Takes back everything this node said, at once, and tells who is offline now. Idempotent. */
  close(): Promise<void>;
}

const FLUSH_MS = 20;

/**
 * @param deps.changed told of accounts whose presence has or may have changed
 * @param deps.seen writes when accounts were last connected
 * @param deps.now monotonic milliseconds @default performance.now
 */
export function createPresenceTracker(
  deps: {
    readonly store: PresenceStore;
    readonly changed: (userIds: readonly Id[]) => void;
    readonly seen: PresenceRecordWriter['seen'];
    readonly clock: Clock;
    readonly logger: Logger;
    readonly now?: () => number;
  },
  options: TrackerOptions = {},
): PresenceTracker {
  const { store, changed, seen, clock, logger, now = () => performance.now() } = deps;
  const { graceMs = 10_000, idleAfterMs = 300_000, lastSeenMs = 60_000, ...given } = options;
  const times = resolvePresenceTimes(given);
  const tickMs = Math.max(20, Math.round(times.renewMs / 5));
  const sightings = createSightings({ write: seen, now, periodMs: lastSeenMs, logger });
  const node = createPresenceNode(
    {
      store,
      devicesOf: (userId) => connections.devicesOf(userId),
      findings: { changed, gone: (userIds, agoMs) => sightings.note(userIds, clock.now() - agoMs) },
      now,
      logger,
      graceMs,
    },
    times,
  );
  let soon: NodeJS.Timeout | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ticking = false;
  let away = false;
  let closed = false;

  const report = (error: unknown) => {
    if (away || closed) return;
    away = true;
    const known = isSocialError(error) && error.category === 'unavailable';
    logger[known ? 'warn' : 'error']({ err: error }, 'presence is not told; trying again');
  };
  const flushSoon = () => {
    if (timer === undefined || closed) return;
    soon ??= setTimeout(() => {
      soon = undefined;
      node.flush().catch(report);
    }, FLUSH_MS).unref();
  };
  const connections = createConnections({
    changed: (userId) => {
      node.touch(userId);
      flushSoon();
    },
    now,
    graceMs,
    idleAfterMs,
  });

  const tick = async () => {
    connections.pass();
    try {
      await node.tick();
      if (away) logger.info({}, 'presence is told again');
      away = false;
    } finally {
      await sightings.pass();
    }
  };
  const tickByItself = () => {
    if (ticking || closed) return;
    ticking = true;
    tick()
      .catch(report)
      .finally(() => {
        ticking = false;
      });
  };
  let closing: Promise<void> | undefined;

  return {
    connected(connection) {
      if (!closed) connections.add(connection);
    },
    disconnected: connections.remove,
    activity: (connectionId, state = 'online') => connections.activity(connectionId, state),
    devicesOf: connections.devicesOf,
    get size() {
      return connections.size;
    },
    start() {
      if (timer !== undefined || closed) return;
      timer = setInterval(tickByItself, tickMs).unref();
      tickByItself();
    },
    tick,
    close() {
      closing ??= (async () => {
        closed = true;
        clearInterval(timer);
        clearTimeout(soon);
        await node
          .leave()
          .catch((error) =>
            logger.warn({ err: error }, 'presence was not taken back; its lease ends by itself'),
          );
        await sightings.flush();
      })();
      return closing;
    },
  };
}
