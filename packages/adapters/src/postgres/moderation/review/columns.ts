import type { Id, SubjectKind } from '@socialkit/core';
import type { ReviewCase } from '@socialkit/moderation';
import { sql } from 'kysely';

type Times = 'openedAt' | 'dueAt' | 'breachedAt' | 'decidedAt' | 'overturnedAt';

/** A case as the statements give it; numbers that may pass 2^31 are text. */
export interface CaseRow extends Omit<ReviewCase, 'subject' | 'rank' | 'cluster' | 'claim' | Times> {
  readonly subjectKind: SubjectKind;
  readonly subjectId: string;
  readonly rank: string;
  readonly simhash: string | null;
  readonly domains: readonly string[];
  readonly media: readonly string[];
  readonly claimedBy: Id | null;
  readonly claimedAt: string | null;
  readonly claimUntil: string | null;
  readonly openedAt: string;
  readonly dueAt: string;
  readonly breachedAt: string | null;
  readonly decidedAt: string | null;
  readonly overturnedAt: string | null;
}

/** The columns of a case `c`. */
export const CASE = sql`
  c.id, c.lane, c.subject_kind AS "subjectKind", c.subject_id AS "subjectId", c.revision,
  c.content_hash AS "contentHash", c.author_id AS "authorId", c.queue, c.category, c.severity, c.confidence, c.reach,
  c.source, c.report_weight AS "reportWeight", c.report_count AS "reportCount", c.trusted, c.rank, c.state,
  c.result_id AS "resultId", c.rules, c.detectors, c.simhash, c.domains, c.media,
  c.not_by::text[] AS "notBy", c.of_case_id AS "ofCaseId", c.skips, c.opened_at AS "openedAt", c.due_at AS "dueAt",
  c.breached_at AS "breachedAt", c.claimed_by AS "claimedBy", c.claimed_at AS "claimedAt",
  c.claim_until AS "claimUntil", c.tokens, c.decided_at AS "decidedAt", c.decided_by AS "decidedBy", c.verdict,
  c.overturned_at AS "overturnedAt"`;

const orNull = (value: string | null): number | null => (value === null ? null : Number(value));

/** The case of a row. */
export const caseOf = (row: CaseRow): ReviewCase => {
  const { subjectKind, subjectId, simhash, domains, media, claimedBy, claimedAt, claimUntil, ...rest } = row;
  return {
    ...rest,
    subject: { kind: subjectKind, id: subjectId },
    rank: Number(row.rank),
    cluster: { simhash, domains, media },
    openedAt: Number(row.openedAt),
    dueAt: Number(row.dueAt),
    breachedAt: orNull(row.breachedAt),
    claim:
      claimedBy === null
        ? null
        : {
            moderatorId: claimedBy,
            token: row.tokens,
            since: Number(claimedAt),
            until: Number(claimUntil),
          },
    decidedAt: orNull(row.decidedAt),
    overturnedAt: orNull(row.overturnedAt),
  };
};
