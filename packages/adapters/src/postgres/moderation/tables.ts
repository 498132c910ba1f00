import type { ResultTables } from './results/tables.js';

/** Tables of moderation. */
export interface ModerationTables extends ResultTables {
  // One line a slice.
}
