import type { TrendStores } from '@socialkit/feed';
import type { Kysely } from 'kysely';
import type { Database } from '../database.js';
import { createPostgresTrendLevels } from './levels.js';
import { createPostgresTrendUses } from './uses.js';

/** Trending in PostgreSQL. */
export const createPostgresTrendStores = (db: Kysely<Database>): TrendStores => ({
  uses: createPostgresTrendUses(db),
  levels: createPostgresTrendLevels(db),
});
