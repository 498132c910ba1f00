import type { Category } from '../../kernel/categories.js';
import type { Detector } from '../../kernel/detector.js';
import type { Finding } from '../../kernel/finding.js';
import type { Reading } from '../../kernel/reading.js';
import { type Span, spanInOriginal } from '../../normalise/plain-view.js';
import { evidenceOfHits, tidySpans } from '../evidence.js';
import { calibrated } from './calibration.js';
import { createFeatureExtractor, type FeatureExtractor } from './features.js';
import { type LinearModel, type PackedModel, unpackModel } from './packed-model.js';
import { rawScores } from './score.js';
import { textModel } from './weights/text-model.js';

/** Below this score a finding names no words: no rule acts on it, and looking for them costs as much as scoring. */
const EXPLAINED_FROM = 0.3;
const MOST_WORDS = 200;
const SHOWN_WORDS = 5;

/** Scores texts by a linear model over words, letters and listed words; one category a head. */
export function createTextDetector(
  packed: PackedModel = textModel,
): Detector & { readonly weightsHash: string } {
  const model = unpackModel(packed);
  const extractor = createFeatureExtractor(packed.bits);
  const { id, version } = packed;
  const categories = packed.heads.map(({ name }) => name as Category);
  return {
    id,
    version,
    weightsHash: packed.hash,
    categories,
    detect({ readings }) {
      const best = packed.heads.map(() => ({ score: -1, reading: null as Reading | null }));
      for (const reading of readings) {
        const scores = rawScores(
          model,
          extractor.extract(reading.view.text, reading.baseHits, reading.view.original),
        );
        model.heads.forEach((head, at) => {
          const score = calibrated(head.calibration, scores[at]!);
          if (score > best[at]!.score) best[at] = { score, reading };
        });
      }
      if (readings.length === 0) {
        return {
          findings: [],
          missing: categories.map((category) => ({
            detector: id,
            version,
            category,
            reason: 'not_applicable' as const,
          })),
        };
      }
      const pulls = new Map<Reading, readonly WordPull[]>();
      const findings = best.map(
        ({ score, reading }, at): Finding => ({
          detector: id,
          version,
          category: categories[at]!,
          score,
          group: 'words',
          decisive: false,
          shadow: false,
          evidence: score < EXPLAINED_FROM ? [] : [explain(model, extractor, at, reading!, pulls)],
          contributions: [],
        }),
      );
      return { findings, missing: [] };
    },
  };
}

/** A word of a text and how much its own features weigh in each head. */
interface WordPull {
  readonly span: Span;
  readonly sums: Float64Array;
}

function pullsOf(model: LinearModel, extractor: FeatureExtractor, { view }: Reading): readonly WordPull[] {
  const found: WordPull[] = [];
  const heads = model.heads.length;
  for (const match of view.text.matchAll(/[\p{L}\p{N}']{2,40}/gu)) {
    const { indices, count } = extractor.extract(match[0], [], match[0]);
    const sums = new Float64Array(heads);
    for (let at = 0; at < count; at += 1) {
      const cell = indices[at]! * heads;
      for (let head = 0; head < heads; head += 1) sums[head] = sums[head]! + model.weights[cell + head]!;
    }
    found.push({ span: spanInOriginal(view, match.index, match.index + match[0].length), sums });
    if (found.length === MOST_WORDS) break;
  }
  return found;
}

/** The words that pull a head up most: listed ones first, else those whose own features weigh most. */
function explain(
  model: LinearModel,
  extractor: FeatureExtractor,
  head: number,
  reading: Reading,
  known: Map<Reading, readonly WordPull[]>,
) {
  const strong = reading.baseHits.filter(({ pattern }) => pattern.entry.severity > 1);
  if (strong.length > 0) return evidenceOfHits(reading, strong, 'words the model weighs, on its list');
  const { view, field } = reading;
  const words = known.get(reading) ?? pullsOf(model, extractor, reading);
  known.set(reading, words);
  const top = words
    .map(({ span, sums }) => ({ span, pull: sums[head]! }))
    .sort((a, b) => b.pull - a.pull || a.span.start - b.span.start)
    .slice(0, SHOWN_WORDS);
  const spans = tidySpans(top.filter(({ pull }, at) => at === 0 || pull > 0).map(({ span }) => span));
  return {
    kind: 'span' as const,
    field,
    note: 'words the model weighs most',
    spans: spans.length > 0 ? spans : [{ start: 0, end: view.original.length }],
  };
}
