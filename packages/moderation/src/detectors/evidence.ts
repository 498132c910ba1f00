import type { TextEvidence } from '../kernel/finding.js';
import type { Reading } from '../kernel/reading.js';
import { type Span, spanInOriginal } from '../normalise/plain-view.js';
import type { WordHit } from './lists/match.js';

/** Ranges of a text shown at most; a reviewer needs no more. */
const MOST_SPANS = 20;

/** Spans in order, without those inside others. */
export function tidySpans(spans: readonly Span[]): readonly Span[] {
  const sorted = spans
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: Span[] = [];
  for (const span of sorted) {
    const last = kept.at(-1);
    if (last && span.end <= last.end) continue;
    kept.push(span);
    if (kept.length === MOST_SPANS) break;
  }
  return kept;
}

/** Listed words as evidence in the original. */
export function evidenceOfHits(
  { field, view }: Reading,
  hits: readonly WordHit[],
  note: string,
): TextEvidence {
  return {
    kind: 'span',
    field,
    note,
    spans: tidySpans(hits.map(({ start, end }) => spanInOriginal(view, start, end))),
  };
}
