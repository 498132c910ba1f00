import { plainView } from '../../normalise/plain-view.js';
import type { SpamFeatures } from '../spam/spam-features.js';
import type { AdaptiveWeights } from './adaptive-weights.js';

/** Words that advertising uses everywhere. Written down, not learned from anybody's texts. */
const WORDS =
  `subscribe subscribers channel check checkout visit click link website free win winner cash money prize offer earn buy sale
discount follow join download giveaway http://a.com www.a.com promo code bonus deal loan casino viagra crypto whatsapp telegram`.split(
    /\s+/,
  );

/** Small beside what decisions teach: fifty labels outweigh it. */
const WEIGHT = 0.6;

/** Starts a model with a slight opinion, so that the first two dozen decisions are not learned from nothing. */
export function startFromAdvertising(model: AdaptiveWeights, features: SpamFeatures): void {
  const ordinary = new Set<number>();
  const read = (text: string) => {
    const { indices, count } = features.extract(plainView(text));
    return indices.slice(0, count);
  };
  for (const word of ['hello', 'wonderful', 'we']) for (const index of read(word)) ordinary.add(index);
  for (const word of WORDS) {
    for (const index of read(word)) if (!ordinary.has(index)) model.weights[index] = WEIGHT;
  }
}
