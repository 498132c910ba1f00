import type { Migration } from 'kysely/migration';
import { createAppealTables } from './appeals/migrations.js';
import { createAuditChainTables } from './audit-chain/migrations.js';
import { createReportTables } from './reports/migrations.js';
import { createResultTables } from './results/migrations.js';
import { createReviewTables } from './review/migrations.js';
import { createSignalTables } from './signals/migrations.js';
import { createStrikeTables } from './strikes/migrations.js';

/** Tables of moderation. */
export const moderationMigrations: Readonly<Record<string, Migration>> = {
  '0130_moderation_results': { up: createResultTables },
  '0131_moderation_cases': { up: createReviewTables },
  '0132_reports': { up: createReportTables },
  '0135_moderation_strikes': { up: createStrikeTables },
  '0136_moderation_appeals': { up: createAppealTables },
  '0137_moderation_audit_chain': { up: createAuditChainTables },
  '0139_moderation_signals': { up: createSignalTables },
  // One line a slice.
};
