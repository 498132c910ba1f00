import type { ModerationReaders, ModerationStores } from '@socialkit/moderation';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database.js';
import { createPostgresResultReader, createPostgresResults } from './results/store.js';

/** Reads what moderation keeps. */
export const createPostgresModerationReaders = (db: Kysely<Database>): ModerationReaders => ({
  results: createPostgresResultReader(db),
  // One line a port: its reader.
});

/** What moderation keeps, inside a transaction. */
export const createPostgresModeration = (tx: Transaction<Database>): ModerationStores => ({
  results: createPostgresResults(tx),
  // One line a port: its store.
});
