import {
  type AccountReader,
  type AnyEvent,
  createService,
  type GraphReaders,
  type Runtime,
  type Service,
  type StreamPublisher,
  type UnitOfWork,
} from '@socialkit/core';
import type { StandingReaders } from '../conversations/unit.js';
import { accessChangedBy } from './access.js';
import { createPresenceChanges, type PresenceTransport } from './changes.js';
import { choosePresence, ownPresence, type PresenceUnit } from './choose.js';
import { knownDevices } from './known-devices.js';
import { presenceOperations } from './operations.js';
import { conversationPresence, getPresence, onlineContacts } from './reads.js';
import type { PresenceStore } from './store.js';
import { createPresenceTracker, type PresenceTracker, type TrackerOptions } from './tracker.js';
import type { PresenceReaders } from './view.js';
import { createPresenceWatches, type PresenceWatches } from './watches.js';

/** Everything presence is made of. */
export interface PresenceDeps {
  readonly store: PresenceStore;
  readonly unitOfWork: UnitOfWork<PresenceUnit>;
  readonly readers: PresenceReaders &
    StandingReaders &
    Pick<GraphReaders, 'follows' | 'friends'> & { readonly accounts: Pick<AccountReader, 'summaries'> };
  /** Carries hints between the processes. */
  readonly transport: PresenceTransport;
  readonly publisher: Pick<StreamPublisher, 'hint'>;
  readonly runtime: Runtime;
  /** Monotonic milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** How presence behaves. */
export interface PresenceOptions extends TrackerOptions {
  /** Every watched account is looked at again in this time, should a hint be lost. Milliseconds. @default 300000 */
  readonly sweepMs?: number;
}

/** The public service of presence. */
export type PresenceService = Service<typeof presenceOperations>;

/** Presence, as the wiring and the gateway use it. */
export interface Presence {
  readonly service: PresenceService;
  /** Told of connections by whoever accepts them. */
  readonly tracker: PresenceTracker;
  /** What connections show of others. */
  readonly watches: PresenceWatches;
  /** Told of events after their commit: open watch lists look again on all nodes where they changed who may see whom. */
  committed(events: readonly AnyEvent[]): void;
  /** Begins to renew the lease of this node. Without it this process only reads. */
  start(): void;
  /** Says who is offline now, and stops. Closes nothing it was given. Idempotent. */
  close(): Promise<void>;
}

/**
 * Assembles presence.
 * @throws TypeError for times that make no sense
 */
export function createPresence(deps: PresenceDeps, options: PresenceOptions = {}): Presence {
  const { store, unitOfWork, readers, transport, publisher, runtime, now } = deps;
  const { sweepMs = 300_000, ...times } = options;
  const { clock, logger } = runtime;
  const watches = createPresenceWatches({
    store,
    readers,
    logger,
    follow: (userIds) => changes.follow(userIds),
  });
  const changes = createPresenceChanges({ transport, logger, heard: watches.look });
  const tracker = createPresenceTracker(
    {
      store,
      clock,
      logger,
      changed: (userIds) => changes.tell(userIds, 'state'),
      seen: (sightings) => unitOfWork.transact(({ presence }) => presence.seen(sightings)),
      ...(now ? { now } : {}),
    },
    times,
  );
  const endGap = transport.onGap?.(() => watches.lookAll('access'));
  let sweep: NodeJS.Timeout | undefined;
  let closed = false;
  const reading = { store: knownDevices(store, tracker.devicesOf), readers };
  const choosing = {
    ...reading,
    unitOfWork,
    publisher,
    clock,
    changed: (userIds: readonly string[]) => changes.tell(userIds, 'state'),
  };

  return {
    service: createService(
      presenceOperations,
      {
        get: (actor, input) => getPresence(reading, actor, input),
        mine: (actor) => ownPresence(reading, actor),
        choose: (actor, input) => choosePresence(choosing, actor, input),
        contacts: (actor, input) => onlineContacts(reading, actor, input),
        ofConversation: (actor, input) => conversationPresence(reading, actor, input),
      },
      runtime,
    ),
    tracker,
    watches,
    committed(events) {
      const userIds = accessChangedBy(events);
      if (userIds.length > 0) changes.tell(userIds, 'access');
    },
    start() {
      if (closed) return;
      tracker.start();
      sweep ??= setInterval(() => watches.lookAll('access'), sweepMs).unref();
    },
    async close() {
      closed = true;
      clearInterval(sweep);
      endGap?.();
      await tracker.close();
      watches.close();
      await changes.close();
    },
  };
}
