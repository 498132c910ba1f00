import type { Category } from '../../kernel/categories.js';
import type { Detector } from '../../kernel/detector.js';
import type { Evidence, Finding } from '../../kernel/finding.js';
import type { Reading } from '../../kernel/reading.js';
import { tidySpans } from '../evidence.js';
import { type Sentiment, sentimentOf } from './rules.js';

const VERSION = 'rules-1';

/**
 * How the texts sound. A signal for a host's own rules: no shipped policy acts on it. The score is the strength of the
 * compound value, not a probability.
 */
export function createSentimentDetector(): Detector {
  const categories: readonly Category[] = ['sentiment.negative', 'sentiment.positive'];
  return {
    id: 'sentiment',
    version: VERSION,
    categories,
    detect({ readings }) {
      if (readings.length === 0) {
        return {
          findings: [],
          missing: categories.map((category) => ({
            detector: 'sentiment',
            version: VERSION,
            category,
            reason: 'not_applicable' as const,
          })),
        };
      }
      let lowest: { sentiment: Sentiment; reading: Reading } | undefined;
      let highest: { sentiment: Sentiment; reading: Reading } | undefined;
      for (const reading of readings) {
        const sentiment = sentimentOf(reading.view.original);
        if (!lowest || sentiment.compound < lowest.sentiment.compound) lowest = { sentiment, reading };
        if (!highest || sentiment.compound > highest.sentiment.compound) highest = { sentiment, reading };
      }
      return {
        findings: [
          finding('sentiment.negative', Math.max(0, -lowest!.sentiment.compound), lowest!, -1),
          finding('sentiment.positive', Math.max(0, highest!.sentiment.compound), highest!, 1),
        ],
        missing: [],
      };
    },
  };
}

function finding(
  category: Category,
  score: number,
  { sentiment, reading }: { readonly sentiment: Sentiment; readonly reading: Reading },
  sign: 1 | -1,
): Finding {
  const spans = tidySpans(
    sentiment.words.filter(({ valence }) => valence * sign > 0).map(({ span }) => span),
  );
  const evidence: Evidence[] =
    spans.length > 0 ? [{ kind: 'span', field: reading.field, note: 'words with a rating', spans }] : [];
  return {
    detector: 'sentiment',
    version: VERSION,
    category,
    score,
    group: 'sentiment',
    decisive: false,
    shadow: false,
    evidence: score > 0 ? evidence : [],
    contributions: [],
  };
}
