import type { FactsReader, MeasureReader, MeasureWriter, RowLocks } from './access/index.js';
import type { AnalyticsReaders, AnalyticsStores } from './analytics/store.js';
import type { CommentReader, CommentWriter } from './comments/store.js';
import type { CounterReader, CounterReconciler, CounterWriter } from './counters/store.js';
import type { GraphReaders, GraphStores } from './graph/store.js';
import type { IdentityReaders, IdentityStores } from './identity/index.js';
import type { AuditReader, AuditWriter } from './kernel/audit.js';
import type { IdempotencyStore } from './kernel/idempotency.js';
import type { JobWriter } from './kernel/jobs.js';
import type { Outbox } from './kernel/outbox.js';
import type { PostReaders, PostStores } from './posts/store.js';
import type { ReactionReader, ReactionWriter } from './reactions/store.js';
import type { RealtimeReaders } from './realtime/store.js';
import type { UserStreamWriter } from './realtime/streams.js';
import type { TicketStore } from './realtime/tickets.js';

/** What every unit of work offers, whatever slices there are. */
export interface KernelStores {
  readonly outbox: Outbox;
  readonly jobs: JobWriter;
  readonly idempotency: IdempotencyStore;
  readonly facts: FactsReader;
  readonly locks: RowLocks;
  readonly audit: AuditWriter;
  readonly measures: MeasureReader & MeasureWriter;
  readonly streams: UserStreamWriter;
}

/** Everything a unit of work of the core offers: each slice adds its stores here. Use cases ask for the part they need. */
export interface CoreStores extends KernelStores, IdentityStores, GraphStores, PostStores, AnalyticsStores {
  readonly comments: CommentReader & CommentWriter;
  readonly counters: CounterWriter & CounterReconciler;
  readonly reactions: ReactionReader & ReactionWriter;
  readonly tickets: TicketStore;
}

/** The reading halves outside of a transaction, under the same names. */
export interface CoreReaders
  extends IdentityReaders,
    GraphReaders,
    PostReaders,
    RealtimeReaders,
    AnalyticsReaders {
  readonly facts: FactsReader;
  readonly audit: AuditReader;
  readonly measures: MeasureReader;
  readonly comments: CommentReader;
  readonly counters: CounterReader;
  readonly reactions: ReactionReader;
}
