import type { CoreReaders, CoreStores } from '@socialkit/core';
import type { ResultReaders, ResultStores } from './results/store.js';

/** Everything a unit of work of moderation offers beside the core's: each slice adds its stores here. */
export interface ModerationStores extends ResultStores {
  // One line a slice.
}

/** The reading halves outside of a transaction, under the same names. */
export interface ModerationReaders extends ResultReaders {
  // One line a slice.
}

/** What a storage back-end hands out where there is moderation. */
export interface ModerationUnit extends CoreStores, ModerationStores {}

/** What it reads. */
export interface ModerationReading extends CoreReaders, ModerationReaders {}
