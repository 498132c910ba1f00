import type { AppealTables } from './appeals/tables.js';
import type { AuditChainTables } from './audit-chain/tables.js';
import type { ReportTables } from './reports/tables.js';
import type { ResultTables } from './results/tables.js';
import type { ReviewTables } from './review/tables.js';
import type { SignalTables } from './signals/tables.js';
import type { StrikeTables } from './strikes/tables.js';

/** Tables of moderation. */
export interface ModerationTables
  extends ReportTables,
    ResultTables,
    ReviewTables,
    AppealTables,
    AuditChainTables,
    SignalTables,
    StrikeTables {
  // One line a slice.
}
