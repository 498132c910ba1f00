import { type Id, idSchema, SUBJECT_KINDS, type SubjectRef } from '@socialkit/core';
import { z } from 'zod';
import { REPORT_FAMILIES, type ReportReason, reportReasonSchema } from './reasons.js';

/** The queue in which reporters are told what became of their reports. */
export const SETTLE_QUEUE = 'reports.settle';

/**
 * - `open`: nobody has decided yet.
 * - `upheld`: something was done about it.
 * - `declined`: somebody has looked, and nothing was done.
 * - `moot`: it was gone before anybody decided.
 */
export const REPORT_STATES = ['open', 'upheld', 'declined', 'moot'] as const;
export type ReportState = (typeof REPORT_STATES)[number];

/** That somebody finds something should not be here. */
export interface Report {
  readonly id: Id;
  readonly reporterId: Id;
  readonly subject: SubjectRef;
  readonly revision: number;
  readonly authorId: Id;
  readonly reason: ReportReason;
  readonly note: string | null;
  /** By the reporter's record when it was made; see `weightOf`. */
  readonly weight: number;
  readonly trusted: boolean;
  /** The reporter is muted: it is kept and counts nothing. */
  readonly muted: boolean;
  /** The reporter's account was new. */
  readonly young: boolean;
  /** Reports of one crowd count as one; set when it is added to a case. */
  readonly crowd: Id;
  readonly state: ReportState;
  readonly caseId: Id | null;
  /** Unix milliseconds. */
  readonly at: number;
  readonly decidedAt: number | null;
}

/** What is known of somebody who reports. */
export interface ReporterStanding {
  readonly reporterId: Id;
  readonly upheld: number;
  readonly declined: number;
  /** A body whose notices go first. */
  readonly trusted: boolean;
  /** Unix milliseconds until which reports count nothing; null when they count. */
  readonly mutedUntil: number | null;
}

export const unknownReporter = (reporterId: Id): ReporterStanding => ({
  reporterId,
  upheld: 0,
  declined: 0,
  trusted: false,
  mutedUntil: null,
});

/** A report as its reporter sees it. */
export const ownReportSchema = z.object({
  id: idSchema,
  subject: z.object({ kind: z.enum(SUBJECT_KINDS), id: z.string() }),
  reason: reportReasonSchema,
  note: z.string().nullable(),
  state: z.enum(REPORT_STATES),
  at: z.int(),
  decidedAt: z.int().nullable(),
});
export type OwnReport = Readonly<z.output<typeof ownReportSchema>>;

/** A report as moderators with `reports.read` see it. */
export const staffReportSchema = ownReportSchema.extend({
  reporterId: idSchema,
  weight: z.number(),
  trusted: z.boolean(),
  muted: z.boolean(),
  crowd: idSchema,
});
export type StaffReport = Readonly<z.output<typeof staffReportSchema>>;

export const reporterSchema = z.object({
  reporterId: idSchema,
  upheld: z.int(),
  declined: z.int(),
  trusted: z.boolean(),
  mutedUntil: z.int().nullable(),
});

export const reasonSchema = z.object({ id: reportReasonSchema, family: z.enum(REPORT_FAMILIES) });
