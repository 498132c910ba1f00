import { type Actor, accountOf, type Id, invalid, type Logger } from '@socialkit/core';
import type { ChangeKind } from './changes.js';
import { shownState } from './merge.js';
import { canViewPresence } from './rules.js';
import { MAX_WATCHED, type PresenceView, type ShownState } from './types.js';
import { type PresenceReadDeps, relationsOfViewers, viewPresences } from './view.js';

/** What a watching connection is told: an account is now this, for this viewer. */
export interface PresenceChange {
  readonly userId: Id;
  readonly state: ShownState;
}

/** Who on this node shows the presence of whom. */
export interface PresenceWatches {
  /**
   * Replaces what a connection watches. Accounts the viewer may not see are watched like all others: they are offline, until
   * he may.
   * @param listener called with changes until the connection ends or watches something else
   * @returns the accounts as they are now, in the order asked, each once
   * @throws presence.too_many (validation) above 200 accounts, actor.unauthenticated
   */
  watch(
    connectionId: string,
    actor: Actor,
    userIds: readonly Id[],
    listener: (change: PresenceChange) => void,
  ): Promise<readonly PresenceView[]>;
  /** The connection is gone. */
  end(connectionId: string): void;
  /** Looks again at accounts that somebody here watches, and tells those for whom something is different. */
  look(userIds: readonly Id[], kind: ChangeKind): void;
  /** Looks at everybody again: something may have gone unheard. */
  lookAll(kind: ChangeKind): void;
  /** Accounts watched here. */
  readonly size: number;
  /** Resolves when everything to look at has been looked at. */
  idle(): Promise<void>;
  close(): void;
}

interface Watch {
  readonly viewer: Id;
  readonly shown: Map<Id, ShownState>;
  readonly listener: (change: PresenceChange) => void;
  /** Looked at before the connection had its first answer; null since. */
  early: Set<Id> | null;
}

const BATCH = 200;
const COLLECT_MS = 20;
const RETRY_MS = 1000;

/**
 * @param deps.follow makes this node hear of changes of accounts
 */
export function createPresenceWatches(
  deps: PresenceReadDeps & {
    readonly follow: (userIds: readonly Id[]) => Promise<void>;
    readonly logger: Logger;
  },
): PresenceWatches {
  const { store, readers, follow, logger } = deps;
  const watches = new Map<string, Watch>();
  const watchersOf = new Map<Id, Set<Watch>>();
  const waiting = new Map<Id, ChangeKind>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let closed = false;

  const end = (connectionId: string) => {
    const watch = watches.get(connectionId);
    if (!watch) return;
    watches.delete(connectionId);
    for (const userId of watch.shown.keys()) {
      const watchers = watchersOf.get(userId);
      watchers?.delete(watch);
      if (watchers?.size === 0) watchersOf.delete(userId);
    }
  };

  const tell = (watch: Watch, userId: Id, state: ShownState) => {
    // Also what is offline for another reason now is not said again: it would tell that something happened.
    if (watch.shown.get(userId) === state || !watchersOf.get(userId)?.has(watch)) return;
    if (watch.early) {
      watch.early.add(userId);
      return;
    }
    watch.shown.set(userId, state);
    try {
      watch.listener({ userId, state });
    } catch (error) {
      logger.warn({ err: error }, 'a presence listener failed');
    }
  };

  const tellWatchers = async (userId: Id, state: ShownState, kind: ChangeKind) => {
    const watchers = [...(watchersOf.get(userId) ?? [])];
    const concerned =
      kind === 'access' ? watchers : watchers.filter(({ shown }) => shown.get(userId) !== state);
    if (state === 'offline') {
      for (const watch of concerned) tell(watch, userId, state);
      return;
    }
    for (let at = 0; at < concerned.length; at += BATCH) {
      const batch = concerned.slice(at, at + BATCH);
      const viewers = [...new Set(batch.map(({ viewer }) => viewer))];
      const facts = await relationsOfViewers(readers.facts, userId, viewers);
      for (const watch of batch) {
        tell(watch, userId, canViewPresence(facts.get(watch.viewer)) ? state : 'offline');
      }
    }
  };

  const lookNow = async (batch: ReadonlyMap<Id, ChangeKind>) => {
    const userIds = [...batch.keys()];
    const [devices, records] = await Promise.all([store.devices(userIds), readers.presence.find(userIds)]);
    for (const [userId, kind] of batch) {
      const record = records.get(userId);
      const state = record ? shownState(record.state, devices.get(userId) ?? []) : 'offline';
      await tellWatchers(userId, state, kind);
    }
  };

  const schedule = (afterMs: number) => {
    if (timer !== undefined || running !== null || closed || waiting.size === 0) return;
    timer = setTimeout(() => {
      timer = undefined;
      running = drain().then((again) => {
        running = null;
        schedule(again);
      });
    }, afterMs);
    timer.unref();
  };
  /** @returns milliseconds until there is more to do */
  const drain = async (): Promise<number> => {
    while (waiting.size > 0 && !closed) {
      const batch = new Map([...waiting].slice(0, BATCH));
      for (const userId of batch.keys()) waiting.delete(userId);
      try {
        await lookNow(batch);
      } catch (error) {
        logger.debug({ err: error }, 'presence could not be read for those who watch; trying again');
        for (const [userId, kind] of batch)
          if (watchersOf.has(userId)) waiting.set(userId, waiting.get(userId) === 'access' ? 'access' : kind);
        return RETRY_MS;
      }
    }
    return COLLECT_MS;
  };
  const look = (userIds: Iterable<Id>, kind: ChangeKind) => {
    for (const userId of userIds)
      if (watchersOf.has(userId) && waiting.get(userId) !== 'access') waiting.set(userId, kind);
    schedule(COLLECT_MS);
  };

  return {
    async watch(connectionId, actor, userIds, listener) {
      const wanted = [...new Set(userIds)];
      if (wanted.length > MAX_WATCHED)
        throw invalid('presence.too_many', `a connection watches at most ${MAX_WATCHED} accounts`);
      const viewer = accountOf(actor);
      end(connectionId);
      if (wanted.length === 0 || closed) return [];
      const watch: Watch = {
        viewer,
        shown: new Map(wanted.map((id) => [id, 'offline'])),
        listener,
        early: new Set(),
      };
      watches.set(connectionId, watch);
      for (const userId of wanted) {
        const watchers = watchersOf.get(userId) ?? new Set();
        watchersOf.set(userId, watchers.add(watch));
      }
      try {
        // Following before reading: what changes in between is heard.
        await follow(wanted);
        const views = await viewPresences({ store, readers }, viewer, wanted);
        for (const { userId, state } of views) watch.shown.set(userId, state);
        const early = watch.early ?? [];
        watch.early = null;
        look(early, 'access');
        return views;
      } catch (error) {
        if (watches.get(connectionId) === watch) end(connectionId);
        throw error;
      }
    },
    end,
    look,
    lookAll: (kind) => look([...watchersOf.keys()], kind),
    get size() {
      return watchersOf.size;
    },
    async idle() {
      while (!closed && (timer !== undefined || running !== null || waiting.size > 0)) {
        schedule(0);
        await (running ?? new Promise((resolve) => setTimeout(resolve, 5)));
      }
    },
    close() {
      closed = true;
      clearTimeout(timer);
      watches.clear();
      watchersOf.clear();
      waiting.clear();
    },
  };
}
