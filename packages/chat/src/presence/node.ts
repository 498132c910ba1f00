import { randomBytes } from 'node:crypto';
import type { Id, Logger } from '@socialkit/core';
import { PRESENCE_PARTITIONS, presencePartition } from './partition.js';
import type {
  Incarnation,
  PresenceEntry,
  PresenceStore,
  PresenceTimes,
  PresenceTransition,
} from './store.js';
import type { DevicePresence } from './types.js';

/** What one node tells the store, kept true whatever happens to either. */
export interface PresenceNode {
  /** What is said about this account may have changed. */
  touch(userId: Id): void;
  /** Tells the store what is not told yet. @throws when the store does not answer; nothing is forgotten */
  flush(): Promise<void>;
  /** Renews the lease when it is time, refreshes a part of the entries, tells what is new, clears up after dead nodes. */
  tick(): Promise<void>;
  /** Takes everything back at once, and the lease with it. */
  leave(): Promise<void>;
}

/** What happened to accounts anywhere, as this node was the one to find out. */
export interface PresenceFindings {
  /** Their state has changed, or may have: whoever watches looks again. */
  readonly changed: (userIds: readonly Id[]) => void;
  /** They are not connected any more, and were last so many milliseconds ago. */
  readonly gone: (userIds: readonly Id[], agoMs: number) => void;
}

/** Accounts told of in one call of the store. */
const BATCH = 500;
/** Accounts refreshed with each renewal at least, where there are any: a small node notices soon when something was lost. */
const LEAST_REFRESHED = 4;

const signature = (devices: readonly DevicePresence[]): string =>
  devices.map(({ device, state }) => `${device}:${state}`).join();

/** Told before, but the store may have lost it. */
const STALE = 'stale';

/**
 * Keeps this node's entries in the store equal to its connections. Works by comparing what was told with what is: a call that
 * failed is repeated, a store that lost everything is filled again, and a node that was declared dead comes back under a new
 * incarnation in the place of the old one.
 *
 * @param deps.devicesOf the truth about this node
 * @param deps.now monotonic milliseconds
 */
export function createPresenceNode(
  deps: {
    readonly store: PresenceStore;
    readonly devicesOf: (userId: Id) => readonly DevicePresence[];
    readonly findings: PresenceFindings;
    readonly now: () => number;
    readonly logger: Logger;
    /** How long ago an account left that is told to have left. */
    readonly graceMs: number;
  },
  { renewMs, refreshMs }: Required<PresenceTimes>,
): PresenceNode {
  const { store, devicesOf, findings, now, logger, graceMs } = deps;
  const perRenewal = Math.ceil((PRESENCE_PARTITIONS * renewMs) / refreshMs);
  let incarnation: Incarnation | null = null;
  let replaces: Incarnation | undefined;
  let renewAt = Number.NEGATIVE_INFINITY;
  /** What the store was told, by partition. */
  const told = Array.from({ length: PRESENCE_PARTITIONS }, () => new Map<Id, string>());
  const toldAbout = (userId: Id) => told[presencePartition(userId)] as Map<Id, string>;
  const untold = new Set<Id>();
  /** Told of by a call whose answer was lost: a transition may have gone unheard. */
  const uncertain = new Set<Id>();
  let nextPartition = 0;

  const tellEverythingAgain = () => {
    for (const part of told)
      for (const userId of part.keys()) {
        part.set(userId, STALE);
        untold.add(userId);
      }
  };

  const begin = async () => {
    const fresh = randomBytes(8).toString('hex');
    await store.begin(fresh);
    if (incarnation !== null) replaces = incarnation;
    incarnation = fresh;
    tellEverythingAgain();
    return fresh;
  };

  const hear = (transitions: readonly PresenceTransition[], more: readonly Id[], agoMs: number) => {
    const changed = new Set([...transitions.map(({ userId }) => userId), ...more]);
    if (changed.size > 0) findings.changed([...changed]);
    const gone = transitions.flatMap(({ userId, to }) => (to === 'offline' ? [userId] : []));
    if (gone.length > 0) findings.gone(gone, agoMs);
  };

  const flushBatch = async (batch: readonly Id[]) => {
    const own = incarnation ?? (await begin());
    const entries: PresenceEntry[] = [];
    for (const userId of batch) {
      const devices = devicesOf(userId);
      if (signature(devices) !== (toldAbout(userId).get(userId) ?? '')) entries.push({ userId, devices });
    }
    if (entries.length === 0) return;
    const lost = entries.filter(({ userId }) => uncertain.has(userId)).map(({ userId }) => userId);
    for (const { userId } of entries) {
      // Until the answer is here the store may hold either.
      toldAbout(userId).set(userId, STALE);
      uncertain.add(userId);
    }
    const transitions = await store.put(own, entries, replaces);
    for (const { userId, devices } of entries) {
      uncertain.delete(userId);
      if (devices.length === 0) toldAbout(userId).delete(userId);
      else toldAbout(userId).set(userId, signature(devices));
    }
    hear(transitions, lost, graceMs);
  };

  const flush = async () => {
    while (untold.size > 0) {
      const batch: Id[] = [];
      for (const userId of untold) {
        batch.push(userId);
        untold.delete(userId);
        if (batch.length === BATCH) break;
      }
      try {
        await flushBatch(batch);
      } catch (error) {
        for (const userId of batch) untold.add(userId);
        throw error;
      }
    }
    replaces = undefined;
  };

  const refresh = async (own: Incarnation) => {
    let parts = 0;
    let users = 0;
    for (let looked = 0; looked < PRESENCE_PARTITIONS; looked++) {
      if (parts >= perRenewal && users >= LEAST_REFRESHED) return;
      const part = told[nextPartition] as Map<Id, string>;
      nextPartition = (nextPartition + 1) % PRESENCE_PARTITIONS;
      // An empty part costs nothing and keeps its place in the round.
      parts++;
      const entries = [...part].flatMap(([userId, said]) => {
        const devices = devicesOf(userId);
        // What is about to be told anew needs no refresh.
        return signature(devices) === said ? [{ userId, devices }] : [];
      });
      users += entries.length;
      const missing = entries.length > 0 ? await store.refresh(own, entries) : [];
      if (missing.length > 0) {
        logger.warn({ missing: missing.length }, 'presence entries were lost; telling all of them again');
        tellEverythingAgain();
        return;
      }
    }
  };

  const reap = async (dead: Incarnation, agoMs: number) => {
    for (;;) {
      const step = await store.reap(dead);
      if (step === null) return;
      hear(step.transitions, [], agoMs);
      if (step.done) return;
    }
  };

  const renew = async () => {
    const own = incarnation ?? (await begin());
    const { held, interrupted, dead } = await store.renew(own);
    if (!held) {
      logger.warn({}, 'the presence lease of this node ended; it comes back under another name');
      await begin();
    } else if (interrupted) tellEverythingAgain();
    await flush();
    if (held) await refresh(own);
    await flush();
    for (const { incarnation: name, lastRenewedAgoMs } of dead) await reap(name, lastRenewedAgoMs);
    renewAt = now() + renewMs;
  };

  let turn: Promise<unknown> = Promise.resolve();
  /** One at a time: what is told must not overtake itself. */
  const alone = (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  };

  return {
    touch: (userId) => void untold.add(userId),
    flush: () => alone(flush),
    tick: () => alone(() => (now() >= renewAt ? renew() : flush())),
    leave: () =>
      alone(async () => {
        const own = incarnation;
        if (own === null) return;
        const users = told.flatMap((part) => [...part.keys()]);
        for (let at = 0; at < users.length; at += BATCH) {
          const entries = users.slice(at, at + BATCH).map((userId) => ({ userId, devices: [] }));
          hear(await store.put(own, entries, replaces), [], 0);
        }
        await store.end(own);
        await reap(own, 0);
        incarnation = null;
        for (const part of told) part.clear();
      }),
  };
}
