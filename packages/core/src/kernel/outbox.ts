import type { AnyEvent, EventType, NewEvent, SocialEvent } from './events.js';

/**
 * The transactional outbox, handed out by a unit of work.
 *
 * Contract: the event and one delivery row per durable subscriber are written in the surrounding
 * transaction; they exist exactly when the write they describe was committed. Which subscribers there are
 * is read from the subscriptions kept in the database, so a process that does not load a module loses none
 * of its deliveries.
 */
export interface Outbox {
  append<T extends EventType>(event: NewEvent<T>): Promise<SocialEvent<T>>;
  /** Several events in one round trip, in order. */
  appendAll(events: readonly NewEvent[]): Promise<readonly SocialEvent[]>;
}

/**
 * A durable consumer of events. Delivered at least once, in no guaranteed order, independent of the other
 * subscribers: `handle` is idempotent by event id.
 */
export interface Subscriber {
  /** Unique and stable: it is the name of the queue its deliveries wait in, for example `feed.fan_out`. */
  readonly name: string;
  readonly types: readonly EventType[];
  handle(event: AnyEvent, context: DeliveryContext): Promise<void>;
  /** Handlers running side by side in one process. @default 4 */
  readonly concurrency?: number;
  /** @default 12 */
  readonly maxAttempts?: number;
  /** Milliseconds a handler may take before another worker may claim its delivery. @default 30000 */
  readonly leaseMs?: number;
}

/** What a handler knows of its delivery. */
export interface DeliveryContext {
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborted when the lease is lost or the worker shuts down: stop writing. */
  readonly signal: AbortSignal;
}

/** Where subscriptions are kept. */
export interface SubscriptionStore {
  /**
   * Makes `subscriber` receive exactly `types` from now on, each delivery with `maxAttempts` (default 12). Events already
   * committed are not delivered after the fact. Idempotent.
   */
  subscribe(
    subscriber: string,
    types: readonly EventType[],
    options?: { readonly maxAttempts?: number | undefined },
  ): Promise<void>;
}
