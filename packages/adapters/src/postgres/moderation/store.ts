import type { ModerationReaders, ModerationStores } from '@socialkit/moderation';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database.js';
import { createPostgresAppealReaders, createPostgresAppeals } from './appeals/store.js';
import { createPostgresAuditChain, createPostgresAuditChainReader } from './audit-chain/store.js';
import { createPostgresReportReaders, createPostgresReportStores } from './reports/store.js';
import { createPostgresResultReader, createPostgresResults } from './results/store.js';
import { createPostgresCaseReaders, createPostgresCaseStores } from './review/store.js';
import { createPostgresSignalReaders, createPostgresSignals } from './signals/store.js';
import { createPostgresStrikeReader, createPostgresStrikes } from './strikes/store.js';

/** Reads what moderation keeps. */
export const createPostgresModerationReaders = (db: Kysely<Database>): ModerationReaders => ({
  results: createPostgresResultReader(db),
  ...createPostgresCaseReaders(db),
  ...createPostgresReportReaders(db),
  ...createPostgresAppealReaders(db),
  auditChain: createPostgresAuditChainReader(db),
  ...createPostgresSignalReaders(db),
  strikes: createPostgresStrikeReader(db),
  // One line a port: its reader.
});

/** What moderation keeps, inside a transaction. */
export const createPostgresModeration = (tx: Transaction<Database>): ModerationStores => ({
  results: createPostgresResults(tx),
  ...createPostgresCaseStores(tx),
  ...createPostgresReportStores(tx),
  ...createPostgresAppeals(tx),
  auditChain: createPostgresAuditChain(tx),
  ...createPostgresSignals(tx),
  strikes: createPostgresStrikes(tx),
  // One line a port: its store.
});
