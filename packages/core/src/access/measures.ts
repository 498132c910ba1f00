import type { Id } from '../kernel/ids.js';

/** What moderation decides about. A message is named `<conversation>:<seq>`, everything else by its id. */
export const SUBJECT_KINDS = ['post', 'comment', 'message', 'account', 'conversation'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** One subject of moderation. */
export interface SubjectRef {
  readonly kind: SubjectKind;
  readonly id: string;
}

/**
 * What a decision may do to a subject.
 *
 * - `label`: a warning is shown with it; `blur`: it is shown behind a warning. Both are the label of the subject.
 * - `demote`: kept out of explore, search, trends and suggestions for others.
 * - `remove`: taken down and kept for appeal; its author sees it as removed.
 * - `limit`: of an account: kept out of the same places, still seen by its followers.
 * - `suspend`: of an account: cannot act, is not seen.
 */
export const MEASURE_KINDS = ['label', 'blur', 'limit', 'demote', 'remove', 'suspend'] as const;
export type MeasureKind = (typeof MEASURE_KINDS)[number];

/** Everything that restricts a subject: the measures, and `hold`, by which content waits for a person. */
export const RESTRICTION_KINDS = [...MEASURE_KINDS, 'hold'] as const;
export type RestrictionKind = (typeof RESTRICTION_KINDS)[number];

/** Where a decision came from. */
export const GROUNDS_SOURCES = ['automated', 'report', 'trusted_report', 'own_initiative'] as const;
export type GroundsSource = (typeof GROUNDS_SOURCES)[number];

/** Why something was decided: what a statement of reasons has to say. No names and no words of reporters. */
export interface Grounds {
  readonly source: GroundsSource;
  /** A category of the platform's policy, for example `spam`. */
  readonly category: string;
  readonly ruleId?: string | undefined;
  readonly policy?: { readonly id: string; readonly version: number } | undefined;
  readonly detector?: { readonly id: string; readonly version: string } | undefined;
  /** Facts and circumstances relied on, for the author to read. */
  readonly facts: string;
  /** Against the law, or against the platform's terms. */
  readonly ground: 'illegal' | 'incompatible';
  /** The law or the clause. */
  readonly groundText: string;
  /** Why the content falls under it. */
  readonly explanation: string;
  /** Whether a machine found it. */
  readonly automatedDetection: boolean;
  /** How much of the decision a machine took. */
  readonly automatedDecision: 'none' | 'partial' | 'full';
}

/** How a measure ended. `replaced`: a newer one of the content gate took its place, or its content was edited away. */
export const MEASURE_ENDS = ['reversed', 'expired', 'replaced'] as const;
export type MeasureEnd = (typeof MEASURE_ENDS)[number];

/** A measure as it is kept: it is its own statement of reasons. Only its end is ever written to it. */
export interface Measure {
  readonly id: Id;
  /** Shared by all measures of one decision. */
  readonly decisionId: Id;
  readonly subject: SubjectRef;
  /** Whom it restricts: the author of the content, or the account itself. */
  readonly authorId: Id;
  /** The revision decided about. */
  readonly revision: number | null;
  readonly kind: RestrictionKind;
  /** The name of the warning, of `label` and `blur`. */
  readonly label: string | null;
  /** Unix ms at which it ends by itself, or null. */
  readonly until: number | null;
  /** The review case it comes from, or null. */
  readonly caseId: Id | null;
  readonly grounds: Grounds;
  /** Account of the moderator, or `system:<name>`. Never shown to the restricted. */
  readonly actorId: string;
  /** Unix ms. */
  readonly at: number;
  /** When the subject was made, Unix ms. */
  readonly contentAt: number;
  /** BCP 47 language of the content, where it is known. */
  readonly language: string | null;
  /** Unix ms; null while it holds. */
  readonly endedAt: number | null;
  readonly end: MeasureEnd | null;
}

/** A page of measures: strictly below `after`, newest first. */
export interface MeasureSlice {
  readonly after: Id | null;
  readonly limit: number;
}

/** Reads measures. No policy: who may see one is for the callers. */
export interface MeasureReader {
  byIds(ids: readonly Id[]): Promise<ReadonlyMap<Id, Measure>>;
  /** Measures of one subject that hold, oldest first. */
  active(subject: SubjectRef): Promise<readonly Measure[]>;
  /** All measures of one decision, oldest first. */
  ofDecision(decisionId: Id): Promise<readonly Measure[]>;
  /** Whatever restricts or restricted one account or its content. */
  ofAuthor(authorId: Id, slice: MeasureSlice): Promise<readonly Measure[]>;
  /** Measures made in `[from, to)` (Unix ms), oldest first, strictly above `after`. */
  between(
    span: { readonly from: number; readonly to: number },
    slice: MeasureSlice,
  ): Promise<readonly Measure[]>;
}

/**
 * Writes measures, handed out by a unit of work: a measure exists exactly when the restriction it stands for was committed.
 * The caller holds the lock of the subject's row.
 */
export interface MeasureWriter {
  insert(measure: Measure): Promise<void>;
  /** Ends those of `ids` that still hold. @param at Unix ms @returns the ended ones, as they are now */
  end(ids: readonly Id[], end: MeasureEnd, at: number): Promise<readonly Measure[]>;
}

/** What restrictions tell the other slices. */
export interface MeasureEvents {
  /** Something was restricted; its statement of reasons is there. */
  'measure.applied': MeasureEvent & { readonly until: number | null };
  /** A restriction ended: taken back, expired, or replaced by a newer one. */
  'measure.ended': MeasureEvent & { readonly end: MeasureEnd };
}

interface MeasureEvent {
  readonly measureId: Id;
  readonly decisionId: Id;
  readonly subjectKind: SubjectKind;
  readonly subjectId: string;
  readonly authorId: Id;
  readonly kind: RestrictionKind;
  readonly caseId: Id | null;
}

declare module '../kernel/events.js' {
  interface EventMap extends MeasureEvents {}
}
