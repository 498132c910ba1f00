import type { Ids } from '@socialkit/core';
import type { TimelineStore } from './store.js';

/** Two handles on one empty back-end of timelines, as two processes would hold them. */
export interface TimelineHarness {
  readonly a: TimelineStore;
  readonly b: TimelineStore;
  /** Ids that no handle makes; their time is that of the stores. */
  readonly ids: Ids;
  /** Lets `ms` milliseconds pass for the stores. */
  elapse(ms: number): Promise<void>;
  close(): Promise<void>;
}
