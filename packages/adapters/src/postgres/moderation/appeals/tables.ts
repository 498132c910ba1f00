import type { AppealParty, AppealState } from '@socialkit/moderation';
import type { Selectable } from 'kysely';

/** Tables of appeals. Times are Unix milliseconds. */
export interface AppealTables {
  appeals: {
    id: string;
    party: AppealParty;
    decision_id: string;
    appellant_id: string;
    subject_kind: string;
    subject_id: string;
    text: string;
    category: string;
    rule_id: string | null;
    state: AppealState;
    case_id: string;
    not_by: string[];
    at: string;
    decided_at: string | null;
    answer: string | null;
  };
  rule_standings: { rule_id: string; upheld: number; overturned: number; demoted_at: string | null };
}

export type AppealRow = Selectable<AppealTables['appeals']>;
export type RuleStandingRow = Selectable<AppealTables['rule_standings']>;
