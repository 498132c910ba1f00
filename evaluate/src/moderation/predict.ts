import { createTextModeration, type ModerationResult, type TextModeration } from '@socialkit/moderation';
import type { Row } from '../csv.js';

/** A row as the shipped pipeline judges it. */
export interface Prediction {
  readonly row: Row;
  readonly result: ModerationResult;
  /** Whether a listed word was found only after folding. */
  readonly evaded: boolean;
}

// A fixed time: results do not hang on when they are made.
const clock = { now: () => Date.UTC(2026, 0, 1, 12) };

/** The pipeline as it is shipped: default policy, own list, published weights. */
export const shippedPipeline = (): TextModeration => createTextModeration({ clock });

/** Judges every row by its `text`. */
export async function predict(
  pipeline: TextModeration,
  rows: readonly Row[],
): Promise<readonly Prediction[]> {
  const predictions: Prediction[] = [];
  for (const row of rows) {
    const result = await pipeline.moderate({
      surface: 'post',
      id: row.id ?? 'row',
      texts: { text: row.text ?? '' },
    });
    const evaded = result.findings.some(({ detector, evidence }) =>
      detector === 'words' ? evidence.some(({ note }) => note.includes('disguised')) : false,
    );
    predictions.push({ row, result, evaded });
  }
  return predictions;
}
