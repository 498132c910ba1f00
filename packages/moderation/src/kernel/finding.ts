import type { Span } from '../normalise/plain-view.js';
import type { Category } from './categories.js';

/** Ranges of a text. */
export interface TextEvidence {
  readonly kind: 'span';
  /** The field of the subject, for example `text` or `displayName`. */
  readonly field: string;
  /** Ranges of the original text of that field, UTF-16 units, end exclusive; in order, inside the text. */
  readonly spans: readonly Span[];
  /** What was found there, in words for a reviewer; never the author's text. */
  readonly note: string;
}

/** Something known of the author, not of what they wrote. */
export interface AccountEvidence {
  readonly kind: 'account';
  readonly note: string;
}

/** A picture or video that a bank knows. */
export interface HashEvidence {
  readonly kind: 'hash';
  /** The media of the subject, as its `ref`. */
  readonly ref: string;
  readonly bank: string;
  /** The entry of the bank. */
  readonly entry: string;
  /** Bits that differ, 0 for the same bytes. */
  readonly distance: number;
  /** How the picture was turned, mirrored or cut before it matched: `exact`, `as it is`, `turned by 90°`, … */
  readonly variant: string;
  readonly note: string;
}

/** A part of a picture; shares of its width and height, 0 to 1, from the upper left corner. */
export interface RegionEvidence {
  readonly kind: 'region';
  readonly ref: string;
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  readonly note: string;
}

/** A part of a video. */
export interface TimeRangeEvidence {
  readonly kind: 'timerange';
  readonly ref: string;
  /** Milliseconds from the beginning; `toMs` is not before `fromMs`. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Share of the looked-at frames that show it, 0 to 1. */
  readonly share: number;
  readonly note: string;
}

/** What in the original a finding rests on. */
export type Evidence = TextEvidence | AccountEvidence | HashEvidence | RegionEvidence | TimeRangeEvidence;

/** One signal's share in a score that several signals make. */
export interface Contribution {
  readonly signal: string;
  /** What the signal adds to the log-odds. */
  readonly logOdds: number;
}

/** What one detector says about one category. */
export interface Finding {
  readonly detector: string;
  /** Version of the detector with its lists or weights: another version may score differently. */
  readonly version: string;
  readonly category: Category;
  /** Calibrated: of subjects with score s about the share s is of the category. 0 to 1. */
  readonly score: number;
  /**
   * Findings of one group look at the same thing and are not independent: of them the highest counts. Across groups they
   * add up (noisy-or).
   */
  readonly group: string;
  /** Decides alone: a listed word of the host's own, a known picture. */
  readonly decisive: boolean;
  /** The detector learns beside the live ones; its finding changes no outcome. */
  readonly shadow: boolean;
  readonly evidence: readonly Evidence[];
  readonly contributions: readonly Contribution[];
}

/** Why a detector says nothing. None of them is a score of zero. */
export type MissingReason =
  /** The subject has nothing it could look at. */
  | 'not_applicable'
  /** It has not learned enough yet. */
  | 'learning'
  /** It failed or did not answer in time. */
  | 'unavailable';

/** A category that a detector would have scored and did not. */
export interface Missing {
  readonly detector: string;
  readonly version: string;
  readonly category: Category;
  readonly reason: MissingReason;
}

/** What a detector gives back: scores for what it judged, and what it could not judge. */
export interface Detection {
  readonly findings: readonly Finding[];
  readonly missing: readonly Missing[];
}

export const NOTHING: Detection = Object.freeze({ findings: [], missing: [] });
