import { type AnyEvent, type Clock, type Ids, type Logger, silentLogger } from '@socialkit/core';
import type { Kysely, Transaction } from 'kysely';
import type { Storage, StorageReading, StorageUnit } from '../storage.js';
import { createPostgresFacts } from './access/index.js';
import { createPostgresAnalytics, createPostgresAnalyticsReader } from './analytics/index.js';
import { createPostgresChat, createPostgresChatReaders } from './chat/store.js';
import { createPostgresCommentReader, createPostgresComments } from './comments/store.js';
import type { Postgres } from './connection.js';
import { createPostgresCounterReader, createPostgresCounters } from './counters/store.js';
import type { Database } from './database.js';
import { createPostgresFeedStores } from './feed/store.js';
import { createPostgresGraph, createPostgresGraphReaders } from './graph/store.js';
import { createPostgresPostViews } from './hydrate/index.js';
import { createPostgresAccountReader, createPostgresAccounts } from './identity/store.js';
import { createPostgresAuditReader, createPostgresAuditWriter } from './kernel/audit.js';
import { createPostgresIdempotency } from './kernel/idempotency.js';
import { createPostgresJobStore, createPostgresJobWriter } from './kernel/jobs.js';
import { createPostgresLocks } from './kernel/locks.js';
import { createPostgresOutbox } from './kernel/outbox.js';
import { createPostgresSubscriptions } from './kernel/subscriptions.js';
import { type CommitLog, createPostgresUnitOfWork } from './kernel/unit-of-work.js';
import { createPostgresMeasureReader, createPostgresMeasures } from './measures/store.js';
import { createPostgresModeration, createPostgresModerationReaders } from './moderation/store.js';
import { createPostgresPostReaders, createPostgresPostStores } from './posts/index.js';
import { createPostgresReactionReader, createPostgresReactions } from './reactions/store.js';
import {
  createPostgresRealtimeReaders,
  createPostgresTickets,
  createPostgresUserStreams,
} from './realtime/index.js';
import { createPostgresDiscoveryStores } from './recommendations/store.js';
import { createPostgresSearch } from './search/store.js';
import type { PostgresSignals } from './signals.js';
import { createPostgresTrendGates } from './trends/gates.js';

interface Deps {
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Readers of every slice, over a pool or inside a transaction. */
const readers = (db: Kysely<Database>, { clock }: Deps): Omit<StorageReading, 'postViews'> => ({
  facts: createPostgresFacts(db, clock),
  audit: createPostgresAuditReader(db),
  measures: createPostgresMeasureReader(db),
  accounts: createPostgresAccountReader(db),
  ...createPostgresGraphReaders(db),
  comments: createPostgresCommentReader({ db, clock }),
  counters: createPostgresCounterReader(db),
  reactions: createPostgresReactionReader(db),
  ...createPostgresPostReaders({ db, clock }),
  ...createPostgresRealtimeReaders(db),
  ...createPostgresChatReaders(db),
  analytics: createPostgresAnalyticsReader(db),
  ...createPostgresModerationReaders(db),
  trendGates: createPostgresTrendGates(db),
  search: createPostgresSearch({ db, clock }),
  // One line a slice: its readers.
});

/** What a unit of work hands out: writers take the transaction, so that writing outside one does not compile. */
const stores = (tx: Transaction<Database>, deps: Deps, log: CommitLog): StorageUnit => ({
  ...readers(tx, deps),
  outbox: createPostgresOutbox({ tx, ...deps }, log.event, log.job),
  jobs: createPostgresJobWriter({ tx, ...deps }, log.job),
  idempotency: createPostgresIdempotency({ tx, ...deps }),
  locks: createPostgresLocks(tx),
  audit: createPostgresAuditWriter({ tx, ...deps }),
  measures: createPostgresMeasures(tx),
  accounts: createPostgresAccounts(tx),
  ...createPostgresGraph(tx),
  comments: createPostgresComments({ tx, clock: deps.clock }),
  counters: createPostgresCounters(tx),
  reactions: createPostgresReactions(tx),
  ...createPostgresPostStores({ tx, clock: deps.clock }),
  streams: createPostgresUserStreams({ tx, clock: deps.clock }),
  tickets: createPostgresTickets(tx),
  ...createPostgresChat(tx),
  ...createPostgresAnalytics(tx),
  ...createPostgresModeration(tx),
  trendGates: createPostgresTrendGates(tx),
  // One line a slice: its stores.
});

/**
 * The storage on PostgreSQL and, with the same code, on PGlite.
 *
 * @param deps.postgres opened and migrated by the caller, who also closes it
 * @param deps.fragmentBytes how much serialised content the process keeps @default 32 MiB
 * @param deps.signals tells and hears other processes; left out where there is only one. Closed by the caller too
 */
export function createPostgresStorage(deps: {
  readonly postgres: Postgres;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger?: Logger;
  readonly signals?: PostgresSignals;
  readonly fragmentBytes?: number;
}): Storage {
  const { postgres, clock, ids, signals } = deps;
  const { db } = postgres;
  const logger = deps.logger ?? silentLogger;
  const views = createPostgresPostViews({ db, clock, fragmentBytes: deps.fragmentBytes });
  const listeners: ((events: readonly AnyEvent[], work: boolean) => void)[] = [];
  const publish = (events: readonly AnyEvent[], work: boolean) => {
    if (work) signals?.publish();
    for (const listener of listeners) {
      try {
        listener(events, work);
      } catch (error) {
        logger.error({ err: error }, 'a commit listener failed');
      }
    }
  };
  return {
    unitOfWork: createPostgresUnitOfWork({
      db,
      clock,
      logger,
      stores: (tx, log) => stores(tx, { clock, ids }, log),
      onCommit: publish,
    }),
    readers: {
      ...readers(db, { clock, ids }),
      postViews: views,
    },
    jobs: createPostgresJobStore({ db, clock }),
    subscriptions: createPostgresSubscriptions(db),
    feed: createPostgresFeedStores({ db, clock, views }),
    discovery: createPostgresDiscoveryStores({ db, clock }),
    onCommit: (listener) => void listeners.push(listener),
    ...(signals ? { onSignal: (listener: () => void) => signals.onSignal(listener) } : {}),
    async close() {},
  };
}
