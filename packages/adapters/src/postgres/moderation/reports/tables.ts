import type { SubjectKind } from '@socialkit/core';
import type { ReportReason, ReportState } from '@socialkit/moderation';
import type { Generated } from 'kysely';

/** Tables of reports. */
export interface ReportTables {
  reports: ReportsTable;
  reporters: ReportersTable;
}

/** Times are Unix milliseconds. */
export interface ReportsTable {
  id: string;
  reporter_id: string;
  subject_kind: SubjectKind;
  subject_id: string;
  revision: number;
  author_id: string;
  reason: ReportReason;
  note: string | null;
  weight: number;
  trusted: boolean;
  muted: boolean;
  young: boolean;
  crowd: string;
  state: ReportState;
  case_id: string | null;
  at: string;
  decided_at: string | null;
}

/** What is known of those who report. */
export interface ReportersTable {
  account_id: string;
  upheld: Generated<number>;
  declined: Generated<number>;
  trusted: Generated<boolean>;
  muted_until: string | null;
}
