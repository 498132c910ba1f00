import type { Migration } from 'kysely/migration';
import { createResultTables } from './results/migrations.js';

/** Tables of moderation. */
export const moderationMigrations: Readonly<Record<string, Migration>> = {
  '0130_moderation_results': { up: createResultTables },
  // One line a slice.
};
