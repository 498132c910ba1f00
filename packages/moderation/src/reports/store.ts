import type { Id, SubjectRef } from '@socialkit/core';
import type { ReportReason } from './reasons.js';
import type { Report, ReporterStanding, ReportState } from './types.js';

/** Reads reports. No policy: a reporter reads his own, staff those of a case. */
export interface ReportReader {
  byIds(ids: readonly Id[]): Promise<ReadonlyMap<Id, Report>>;
  /** An account's reports below `before`, newest first. */
  ofReporter(
    reporterId: Id,
    slice: { readonly before: Id | null; readonly limit: number },
  ): Promise<readonly Report[]>;
  /** Reports of a case above `after`, oldest first. */
  ofCase(
    caseId: Id,
    slice: { readonly after: Id | null; readonly limit: number },
  ): Promise<readonly Report[]>;
  /** How many reports of a case name each reason, most first. */
  reasonsOf(caseId: Id): Promise<readonly { readonly reason: ReportReason; readonly count: number }[]>;
  /** Open reports of a subject, oldest first. */
  openOf(subject: SubjectRef, limit: number): Promise<readonly Report[]>;
  /** The newest report of a subject by an account. */
  latest(reporterId: Id, subject: SubjectRef): Promise<Report | null>;
  hasReported(reporterId: Id, subject: SubjectRef): Promise<boolean>;
  /** Distinct subjects of an author of which a report was upheld. */
  upheldAgainst(authorId: Id): Promise<number>;
}

export interface ReportWriter {
  /** @returns false when the reporter has an open report of this subject already; nothing is written then */
  insert(report: Report): Promise<boolean>;
  /** Adds an open report to a case, in a crowd. */
  attach(id: Id, caseId: Id, crowd: Id): Promise<void>;
  /** Moves the open reports of a case to another one. */
  reattach(fromCaseId: Id, toCaseId: Id): Promise<void>;
  /** Decides open reports of a case, the oldest first, at most `limit`. @param at Unix ms @returns them, as they now are */
  settle(
    caseId: Id,
    state: Exclude<ReportState, 'open'>,
    at: number,
    limit: number,
  ): Promise<readonly Report[]>;
  /** Decides one open report. @returns it as it now is, or null when it was not open */
  settleOne(id: Id, state: Exclude<ReportState, 'open'>, at: number): Promise<Report | null>;
}

/** Reads who reports. Somebody who never has is unknown, not missing. */
export interface ReporterReader {
  byIds(ids: readonly Id[]): Promise<ReadonlyMap<Id, ReporterStanding>>;
}

export interface ReporterWriter {
  /** Counts outcomes, each atomically. Accounts may be named more than once. */
  count(
    outcomes: readonly { readonly reporterId: Id; readonly state: 'upheld' | 'declined' }[],
  ): Promise<void>;
  setTrusted(reporterId: Id, trusted: boolean): Promise<void>;
  /** @param until Unix ms; null ends it */
  mute(reporterId: Id, until: number | null): Promise<void>;
}

export interface ReportReaders {
  readonly reports: ReportReader;
  readonly reporters: ReporterReader;
}

export interface ReportStores {
  readonly reports: ReportReader & ReportWriter;
  readonly reporters: ReporterReader & ReporterWriter;
}
