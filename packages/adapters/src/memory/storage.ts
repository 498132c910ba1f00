import { createMemoryChat } from '@socialkit/chat';
import {
  type AnyEvent,
  type Clock,
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
  createMemorySearch,
  createMemorySubscriptions,
  createMemoryTickets,
  createMemoryUserStreams,
  type Ids,
  type Logger,
  type MemoryDatabase,
  type MemorySession,
  memoryLocks,
  silentLogger,
} from '@socialkit/core';
import { createMemoryTrendGates } from '@socialkit/feed';
import { createMemoryModeration } from '@socialkit/moderation';
import type { Storage, StorageReading, StorageUnit } from '../storage.js';
import { createMemoryDiscoveryStores } from './discovery.js';
import { createMemoryFeedStores } from './feed.js';

/** What a transaction collects for after its commit. */
interface CommitLog {
  event(event: AnyEvent): void;
  job(): void;
}

/**
 * The reference storage: everything in this process, gone when it ends. For tests, and the executable specification of the
 * others.
 *
 * @param deps.database give two storages the same database to have two handles on one back-end
 */
export function createMemoryStorage(deps: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly database?: MemoryDatabase;
  readonly logger?: Logger;
}): Storage {
  const { clock, ids } = deps;
  const logger = deps.logger ?? silentLogger;
  const database = deps.database ?? createMemoryDatabase();
  const listeners: ((events: readonly AnyEvent[], work: boolean) => void)[] = [];

  const readers = (session: MemorySession): StorageReading => ({
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
    ...createMemoryChat(session, clock),
    ...createMemoryModeration(session),
    trendGates: createMemoryTrendGates(session),
    search: createMemorySearch(session, clock),
    // One line a slice.
  });

  const jobsOf = (session: MemorySession, onEnqueue: () => void): StorageUnit['jobs'] => {
    const jobs = createMemoryJobWriter({ session, clock, ids });
    return {
      ...jobs,
      enqueue(...job) {
        onEnqueue();
        return jobs.enqueue(...job);
      },
    };
  };
  const stores = (session: MemorySession, log: CommitLog): StorageUnit => ({
    ...readers(session),
    outbox: createMemoryOutbox({ session, clock, ids }, log.event),
    jobs: jobsOf(session, log.job),
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
    streams: createMemoryUserStreams({ session, clock }),
    tickets: createMemoryTickets(session),
    ...createMemoryChat(session, clock),
    ...createMemoryModeration(session),
    trendGates: createMemoryTrendGates(session),
    // One line a slice.
  });

  const reading = readers(database.session);
  return {
    unitOfWork: {
      async transact(work) {
        const events: AnyEvent[] = [];
        let jobs = false;
        const log: CommitLog = {
          event: (event) => events.push(event),
          job: () => {
            jobs = true;
          },
        };
        const result = await database.transact((session) => work(stores(session, log)));
        if (events.length === 0 && !jobs) return result;
        for (const listener of listeners) {
          try {
            listener(events, true);
          } catch (error) {
            logger.error({ err: error }, 'a commit listener failed');
          }
        }
        return result;
      },
    },
    readers: reading,
    jobs: createMemoryJobStore({ session: database.session, clock }),
    subscriptions: createMemorySubscriptions(database.session),
    feed: createMemoryFeedStores({ database, clock, views: reading.postViews }),
    discovery: createMemoryDiscoveryStores({ database, clock }),
    onCommit: (listener) => void listeners.push(listener),
    async close() {},
  };
}
