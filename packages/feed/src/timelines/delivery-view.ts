import type { RealtimeTransport } from '@socialkit/core';
import type { DeliverySnapshot, DeliveryStore } from './store.js';

/** The channel on which processes tell each other that decisions changed. */
export const DELIVERY_CHANNEL = 'feed.deliveries';

/** The decisions about delivery as this process knows them. */
export interface DeliveryView {
  /**
   * At most `maxAgeMs` old, and never older than a change made in this process. `version` changes with the content.
   * @throws when the decisions are too old and cannot be read
   */
  current(): Promise<DeliverySnapshot & { readonly version: number }>;
  /** Decisions changed here: reads again, and tells the other processes. */
  changed(): Promise<void>;
  /** Reads again at the next call. */
  stale(): void;
}

/**
 * @param options.maxAgeMs milliseconds decisions may be old; a decision waits much longer before it takes effect,
 * so that no reader misses it @default 1000
 */
export function createDeliveryView(
  deps: { readonly deliveries: Pick<DeliveryStore, 'snapshot'>; readonly realtime: RealtimeTransport },
  options: { readonly maxAgeMs?: number; readonly now?: () => number } = {},
): DeliveryView {
  const { maxAgeMs = 1000, now = () => performance.now() } = options;
  let known: (DeliverySnapshot & { readonly version: number }) | null = null;
  let knownText = '';
  let readAt = 0;
  let running: Promise<DeliverySnapshot & { readonly version: number }> | null = null;
  let version = 0;

  const refresh = () => {
    const startedAt = now();
    const own: Promise<DeliverySnapshot & { readonly version: number }> = deps.deliveries
      .snapshot()
      .then((snapshot) => {
        // A change announced meanwhile began a newer read: this result serves its callers only.
        if (running !== own) return { ...snapshot, version: ++version };
        const text = JSON.stringify(snapshot);
        if (known === null || text !== knownText) known = { ...snapshot, version: ++version };
        knownText = text;
        readAt = startedAt;
        return known;
      })
      .finally(() => {
        if (running === own) running = null;
      });
    running = own;
    return own;
  };
  const stale = () => {
    readAt = Number.NEGATIVE_INFINITY;
    running = null;
  };

  return {
    async current() {
      if (known !== null && now() - readAt < maxAgeMs) return known;
      return running ?? refresh();
    },
    async changed() {
      stale();
      await deps.realtime.publish(DELIVERY_CHANNEL, '');
    },
    stale,
  };
}
