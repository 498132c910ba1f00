import type { SubjectKind } from '@socialkit/core';
import type { AuthorTier, ModerationResult, SpamFacts } from '@socialkit/moderation';
import type { JSONColumnType } from 'kysely';

/** Tables of kept results. */
export interface ResultTables {
  moderation_results: ModerationResultsTable;
}

/** Times are Unix milliseconds. */
export interface ModerationResultsTable {
  id: string;
  at: string;
  author_id: string;
  author_tier: AuthorTier;
  locale: string | null;
  result: JSONColumnType<ModerationResult>;
  facts: JSONColumnType<SpamFacts> | null;
  simhash: string | null;
  domains: string[];
  media: string[];
  subject_kind: SubjectKind | null;
  subject_id: string | null;
  revision: number | null;
  offence: boolean | null;
}
