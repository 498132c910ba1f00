import {
  type AnyEvent,
  type CoreReaders,
  type CoreStores,
  createFakeClock,
  createIds,
  createMemoryAccounts,
  createMemoryAnalytics,
  createMemoryAudit,
  createMemoryComments,
  createMemoryCounters,
  createMemoryDatabase,
  createMemoryFacts,
  createMemoryGraph,
  createMemoryIdempotency,
  createMemoryJobStore,
  createMemoryJobWriter,
  createMemoryMeasures,
  createMemoryOutbox,
  createMemoryPostReaders,
  createMemoryPosts,
  createMemoryReactions,
  createMemoryRealtimeReaders,
  createMemorySubscriptions,
  createMemoryTickets,
  createMemoryUserStreams,
  type FakeClock,
  type Ids,
  type JobStore,
  type MemorySession,
  memoryLocks,
  type SubscriptionStore,
  type UnitOfWork,
} from '@socialkit/core';
import { createMemoryDeliveries } from './deliveries.memory.js';
import type { FeedStores } from './store.js';
import { createMemoryTimelines } from './store.memory.js';
import type { TimelineOptions } from './store.options.js';
import { createMemoryFeedTruth } from './truth.memory.js';

/** A storage that a sample world stands on. */
export interface FeedGround {
  readonly unitOfWork: UnitOfWork<CoreStores>;
  readonly readers: CoreReaders;
  readonly jobs: JobStore;
  readonly subscriptions: SubscriptionStore;
  readonly feed: FeedStores;
  readonly clock: FakeClock;
  /** Ids for accounts and posts. */
  readonly ids: Ids;
  onCommit(listener: (events: readonly AnyEvent[]) => void): void;
  /** All rows of a table, their columns in camel case. */
  rows(table: string): Promise<readonly object[]>;
  close(): Promise<void>;
}

// Transactions of the memory database are serial: nothing is left to lock.
/** Everything in this process. */
export function openMemoryGround(options: TimelineOptions = {}): FeedGround {
  const clock = createFakeClock();
  const ids = createIds({ clock, node: 1 });
  const database = createMemoryDatabase();
  const listeners: ((events: readonly AnyEvent[]) => void)[] = [];
  const readers = (session: MemorySession): CoreReaders => ({
    facts: createMemoryFacts(session, clock),
    accounts: createMemoryAccounts(session),
    audit: createMemoryAudit({ session, clock, ids }),
    measures: createMemoryMeasures(session),
    comments: createMemoryComments(session),
    counters: createMemoryCounters(session),
    reactions: createMemoryReactions(session),
    ...createMemoryGraph(session),
    ...createMemoryPostReaders(session, clock),
    analytics: createMemoryAnalytics(session).analytics,
    ...createMemoryRealtimeReaders(session),
  });
  const stores = (session: MemorySession, onAppend: (event: AnyEvent) => void): CoreStores => ({
    ...readers(session),
    outbox: createMemoryOutbox({ session, clock, ids }, onAppend),
    jobs: createMemoryJobWriter({ session, clock, ids }),
    streams: createMemoryUserStreams({ session, clock }),
    tickets: createMemoryTickets(session),
    idempotency: createMemoryIdempotency({ session, clock }),
    locks: memoryLocks,
    accounts: createMemoryAccounts(session),
    audit: createMemoryAudit({ session, clock, ids }),
    measures: createMemoryMeasures(session),
    comments: createMemoryComments(session),
    counters: createMemoryCounters(session),
    reactions: createMemoryReactions(session),
    ...createMemoryGraph(session),
    ...createMemoryPosts(session),
    ...createMemoryAnalytics(session),
  });
  const reading = readers(database.session);
  return {
    unitOfWork: {
      async transact(work) {
        const events: AnyEvent[] = [];
        const result = await database.transact((session) =>
          work(stores(session, (event) => events.push(event))),
        );
        for (const listener of listeners) listener(events);
        return result;
      },
    },
    readers: reading,
    jobs: createMemoryJobStore({ session: database.session, clock }),
    subscriptions: createMemorySubscriptions(database.session),
    feed: {
      timelines: createMemoryTimelines({ clock }, options),
      truth: createMemoryFeedTruth(database.session, reading.postViews),
      deliveries: createMemoryDeliveries(database.session),
    },
    clock,
    ids,
    onCommit: (listener) => void listeners.push(listener),
    rows: (table) => database.session.run((tables) => [...tables.table(table).rows()]),
    async close() {},
  };
}
