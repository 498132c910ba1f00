import { type GroundsSource, type Id, line, prose, type SubjectRef } from '@socialkit/core';
import { z } from 'zod';
import type { Severity } from '../kernel/severity.js';
import { labelSchema, measureInputSchema } from '../measures/types.js';
import type { ClusterKeys } from '../results/types.js';

/**
 * - `open`: waits for a moderator, or is being looked at.
 * - `escalated`: waits for somebody with `cases.escalate`.
 * - `decided`: a verdict was given.
 * - `superseded`: its subject was edited or is gone; what it was about cannot be decided any more.
 */
export const CASE_STATES = ['open', 'escalated', 'decided', 'superseded'] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** Of each kind a subject's revision has one open case at most: a first look, an appeal against it, a blind second look. */
export const CASE_LANES = ['review', 'appeal', 'quality'] as const;
export type CaseLane = (typeof CASE_LANES)[number];

/** `approve` and `restrict` decide a review, `uphold` and `overturn` an appeal. */
export const VERDICT_DECISIONS = ['approve', 'restrict', 'uphold', 'overturn'] as const;
export type VerdictDecision = (typeof VERDICT_DECISIONS)[number];

/** A verdict as a moderator gives it. */
export const verdictInputSchema = z.strictObject({
  decision: z.enum(VERDICT_DECISIONS),
  reason: prose(2000, 1).meta({ description: 'for the record of staff; of an appeal, the reasoned answer' }),
  category: labelSchema.optional().meta({ description: 'what it is; that of the case when left out' }),
  measures: z.array(measureInputSchema).max(6).default([]),
  strike: z.int().min(0).max(100).default(0).meta({ description: 'weight of a strike against the author' }),
  ground: z.enum(['illegal', 'incompatible']).default('incompatible'),
  groundText: line(500, 1).default('The terms of this platform.'),
  explanation: prose(2000, 1)
    .optional()
    .meta({ description: 'why the content falls under it, for its author to read' }),
});
export type VerdictInput = Readonly<z.output<typeof verdictInputSchema>>;

/** What was decided in the end. */
export interface Verdict {
  readonly decision: VerdictDecision;
  readonly category: string;
  readonly measures: readonly z.output<typeof measureInputSchema>[];
  readonly reason: string;
}

/** A claim: who looks at a case, until when. */
export interface Claim {
  readonly moderatorId: Id;
  /** Grows with every claim; only the holder of the newest decides. */
  readonly token: number;
  /** Unix milliseconds. */
  readonly since: number;
  /** Unix milliseconds; afterwards anybody may claim the case. */
  readonly until: number;
}

/** One matter for people to decide. */
export interface ReviewCase {
  readonly id: Id;
  readonly lane: CaseLane;
  readonly subject: SubjectRef;
  readonly revision: number;
  /** Of the content when the case was opened; the same content keeps its case over changes of other things. */
  readonly contentHash: string;
  readonly authorId: Id;
  readonly queue: string;
  readonly category: string;
  readonly severity: Severity;
  /** How sure it is that there is something to decide, 0 to 1. */
  readonly confidence: number;
  readonly reach: number;
  readonly source: GroundsSource;
  /** Sum over independent reporters; see `crowdWeight` of the reports. 0 without reports. */
  readonly reportWeight: number;
  readonly reportCount: number;
  readonly trusted: boolean;
  /** Order in its queue, higher first; see `rankOf`. */
  readonly rank: number;
  readonly state: CaseState;
  /** The kept result it was opened from. */
  readonly resultId: Id | null;
  /** Rules and detectors that found it. */
  readonly rules: readonly string[];
  readonly detectors: readonly string[];
  readonly cluster: ClusterKeys;
  /** Accounts that may not decide it: first reviewers, voters, those who skipped it. */
  readonly notBy: readonly Id[];
  /** Of a second look, the case that is looked at again. */
  readonly ofCaseId: Id | null;
  /** Skipped so often. */
  readonly skips: number;
  /** Unix milliseconds. */
  readonly openedAt: number;
  readonly dueAt: number;
  readonly breachedAt: number | null;
  readonly claim: Claim | null;
  /** Tokens given out so far. */
  readonly tokens: number;
  readonly decidedAt: number | null;
  readonly decidedBy: Id | null;
  readonly verdict: Verdict | null;
  /** Unix milliseconds of the appeal that overturned it. */
  readonly overturnedAt: number | null;
}

/** Whether somebody may still decide it. */
export const isUndecided = ({ state }: Pick<ReviewCase, 'state'>): boolean =>
  state === 'open' || state === 'escalated';

/** What one moderator said of a case: a vote towards its verdict, or that somebody else should look. */
export interface CaseVote {
  readonly caseId: Id;
  readonly moderatorId: Id;
  readonly kind: 'vote' | 'skip' | 'escalate';
  /** Null for anything but a vote. */
  readonly decision: VerdictDecision | null;
  readonly measures: Verdict['measures'];
  readonly category: string | null;
  readonly reason: string;
  /** Milliseconds between claim and vote. */
  readonly handlingMs: number;
  /** Unix milliseconds. */
  readonly at: number;
}
