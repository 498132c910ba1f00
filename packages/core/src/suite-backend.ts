import type { AnyEvent } from './kernel/events.js';
import type { Ids } from './kernel/ids.js';
import type { JobStore } from './kernel/jobs.js';
import type { SubscriptionStore } from './kernel/outbox.js';
import type { FakeClock } from './kernel/runtime.js';
import type { UnitOfWork } from './kernel/unit-of-work.js';
import type { CoreReaders, CoreStores } from './stores.js';

/** One handle on a storage back-end, as one process would hold it. */
export interface SuiteHandle {
  readonly unitOfWork: UnitOfWork<CoreStores>;
  readonly readers: CoreReaders;
  readonly jobs: JobStore;
  readonly subscriptions: SubscriptionStore;
  onCommit(listener: (events: readonly AnyEvent[]) => void): void;
}

/** An empty, migrated storage with two handles on it. */
export interface OpenBackend<H extends SuiteHandle = SuiteHandle> {
  readonly a: H;
  readonly b: H;
  /** The time of both handles; starts at 2026-01-01T12:00:00Z. */
  readonly clock: FakeClock;
  /** Ids that neither handle makes. */
  readonly ids: Ids;
  close(): Promise<void>;
}

/**
 * What a conformance suite runs against. A suite is a function that takes one of these and registers its tests; an adapter
 * of your own passes when it gives `open` and calls the suites of `@socialkit/core/testing`.
 */
export interface SuiteBackend<H extends SuiteHandle = SuiteHandle> {
  /** For titles, for example `PostgreSQL`. */
  readonly name: string;
  /** Whether transactions of two handles run side by side. Where they do not, races cannot be tested and are skipped. */
  readonly concurrent: boolean;
  /** Opens an empty back-end; the one before must be closed. */
  open(): Promise<OpenBackend<H>>;
}
