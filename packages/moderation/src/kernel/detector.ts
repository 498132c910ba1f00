import type { Category } from './categories.js';
import type { Detection } from './finding.js';
import type { MediaReading } from './media-reading.js';
import type { Reading } from './reading.js';
import type { SpamFacts } from './spam-facts.js';
import type { ModerationSubject } from './subject.js';

/** What a detector gets. All of it is immutable; texts are read once and shared by all detectors. */
export interface DetectorInput {
  readonly subject: ModerationSubject;
  /** The subject's texts as they are read, in the order of their names. */
  readonly readings: readonly Reading[];
  /** The subject's pictures and videos as far as they were read, in their order. */
  readonly media: readonly MediaReading[];
  /** What is known of the author and of what was posted lately; null where nobody counts. */
  readonly facts: SpamFacts | null;
}

/**
 * Judges a subject. A detector is pure in its input, id and version: the same three give the same detection. One that cannot
 * judge says so in `missing`; it never answers zero for it.
 */
export interface Detector {
  readonly id: string;
  readonly version: string;
  /** The categories it may score. */
  readonly categories: readonly Category[];
  /** Local detectors answer at once; those that ask a service give a promise. */
  detect(input: DetectorInput): Detection | Promise<Detection>;
}
