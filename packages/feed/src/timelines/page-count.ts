import type { Runtime } from '@socialkit/core';
import type { DeliveryStore } from './store.js';

const DAY_MS = 24 * 60 * 60_000;
/** Pages counted here before they are added to the count all processes share. */
const FLUSH_EVERY = 1000;

/** Counts the pages of homes read: what push or pull is decided by, besides posts and followers. */
export interface PageCount {
  count(): void;
  flush(): Promise<void>;
}

/** Counts in the process and adds to the shared count in bulk: a count that is lost with its process is no loss. */
export function createPageCount(deps: {
  readonly deliveries: Pick<DeliveryStore, 'countPages'>;
  readonly runtime: Pick<Runtime, 'clock' | 'logger'>;
}): PageCount {
  const { deliveries, runtime } = deps;
  let pages = 0;
  const flush = async () => {
    const counted = pages;
    pages = 0;
    if (counted === 0) return;
    await deliveries.countPages(Math.floor(runtime.clock.now() / DAY_MS), counted).catch((error) => {
      runtime.logger.debug({ err: error }, 'pages could not be counted');
    });
  };
  return {
    count() {
      if (++pages >= FLUSH_EVERY) void flush();
    },
    flush,
  };
}
