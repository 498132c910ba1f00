export { type BuiltInCategory, CATEGORIES, type Category, categorySchema, isCategory } from './categories.js';
export type { Detector, DetectorInput } from './detector.js';
export {
  type AccountEvidence,
  type Contribution,
  type Detection,
  type Evidence,
  type Finding,
  type HashEvidence,
  type Missing,
  type MissingReason,
  NOTHING,
  type RegionEvidence,
  type TextEvidence,
  type TimeRangeEvidence,
} from './finding.js';
export type { FrameReading, MediaFailure, MediaReading } from './media-reading.js';
export type { Reading } from './reading.js';
export type { Measures, ModerationResult, Reason } from './result.js';
export { type Severity, severityOf } from './severity.js';
export type { SpamFacts } from './spam-facts.js';
export {
  AUTHOR_TIERS,
  type AuthorTier,
  MAX_SUBJECT_CHARACTERS,
  type ModerationSubject,
  type ModerationSubjectInput,
  SURFACES,
  type Surface,
  subjectSchema,
} from './subject.js';
