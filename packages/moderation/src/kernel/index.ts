export { type BuiltInCategory, CATEGORIES, type Category, categorySchema, isCategory } from './categories.js';
export type { Detector, DetectorInput } from './detector.js';
export {
  type Contribution,
  type Detection,
  type Evidence,
  type Finding,
  type Missing,
  type MissingReason,
  NOTHING,
} from './finding.js';
export type { Reading } from './reading.js';
export type { Measures, ModerationResult, Reason } from './result.js';
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
