import type { ChatReading, ChatUnit } from '@socialkit/chat';
import type { AnyEvent, JobStore, SearchReaders, SubscriptionStore, UnitOfWork } from '@socialkit/core';
import type { DiscoveryStores, DiscoveryUnit, FeedStores } from '@socialkit/feed';
import type { ModerationReaders, ModerationStores } from '@socialkit/moderation';

/** Everything a unit of work offers: the core's stores and those of every package. */
export interface StorageUnit extends ChatUnit, ModerationStores, DiscoveryUnit {}

/** What it reads. */
export interface StorageReading extends ChatReading, ModerationReaders, DiscoveryUnit, SearchReaders {}

/** Everything a storage back-end gives the wiring. Memory, PGlite and PostgreSQL are three of them. */
export interface Storage {
  readonly unitOfWork: UnitOfWork<StorageUnit>;
  /** Readers outside of a transaction. */
  readonly readers: StorageReading;
  readonly jobs: JobStore;
  readonly subscriptions: SubscriptionStore;
  /** The stores of the feed; a Redis takes the place of its timelines. */
  readonly feed: FeedStores;
  /** The stores of discovery. */
  readonly discovery: DiscoveryStores;
  /** Calls back after each commit of this process that wrote events or jobs; `work`: workers may have something to do. */
  onCommit(listener: (events: readonly AnyEvent[], work: boolean) => void): void;
  /** Calls back when another process committed jobs; a hint. Absent where there is only one process. */
  onSignal?(listener: () => void): void;
  /** Closes what it opened. Idempotent. */
  close(): Promise<void>;
}
