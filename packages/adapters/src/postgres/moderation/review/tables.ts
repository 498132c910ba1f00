import type { GroundsSource, SubjectKind } from '@socialkit/core';
import type { CaseLane, CaseState, CaseVote, Verdict, VerdictDecision } from '@socialkit/moderation';
import type { Generated, JSONColumnType } from 'kysely';

/** Tables of the review. */
export interface ReviewTables {
  moderation_cases: ModerationCasesTable;
  case_votes: CaseVotesTable;
}

/** Times are Unix milliseconds. */
export interface ModerationCasesTable {
  id: string;
  lane: CaseLane;
  subject_kind: SubjectKind;
  subject_id: string;
  revision: number;
  content_hash: string;
  author_id: string;
  queue: string;
  category: string;
  severity: number;
  confidence: number;
  reach: number;
  source: GroundsSource;
  report_weight: number;
  report_count: number;
  trusted: boolean;
  rank: string;
  state: CaseState;
  result_id: string | null;
  rules: string[];
  detectors: string[];
  simhash: string | null;
  domains: string[];
  media: string[];
  not_by: string[];
  of_case_id: string | null;
  skips: Generated<number>;
  opened_at: string;
  due_at: string;
  breached_at: string | null;
  claimed_by: string | null;
  claimed_at: string | null;
  claim_until: string | null;
  tokens: Generated<number>;
  decided_at: string | null;
  decided_by: string | null;
  verdict: JSONColumnType<Verdict> | null;
  overturned_at: string | null;
}

/** What each moderator said of a case. */
export interface CaseVotesTable {
  case_id: string;
  moderator_id: string;
  kind: CaseVote['kind'];
  decision: VerdictDecision | null;
  measures: JSONColumnType<CaseVote['measures']>;
  category: string | null;
  reason: string;
  handling_ms: string;
  at: string;
}
