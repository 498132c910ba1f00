import { sentimentOf } from '@socialkit/moderation';
import { createTextReader, seededRandom } from '@socialkit/moderation/training';
import type { Row } from '../csv.js';

const BITS = 17;
const EPOCHS = 12;
const RATE = 0.15;
const PULL = 2e-4;

/** The shipped rules' compound value of each row. */
export const sentimentScores = (rows: readonly Row[]): readonly number[] =>
  rows.map(({ text }) => sentimentOf(text!).compound);

/**
 * What a host may train on texts of its own: a linear model that predicts what the rules miss, added to them. Fitted on
 * `sent_vader` it stays in this process: those texts are for evaluation only.
 */
export function trainSentiment(train: readonly Row[]): (text: string) => number {
  const read = createTextReader(BITS);
  const weights = new Float32Array(2 ** BITS);
  const squares = new Float32Array(2 ** BITS).fill(1e-2);
  let slope = 2;
  let bias = 0;
  const samples = train.map(({ text, score }) => ({
    features: read(text!),
    rules: sentimentOf(text!).compound,
    truth: Number(score),
  }));
  const linear = (features: Uint32Array): number => {
    let sum = 0;
    for (const index of features) sum += weights[index]!;
    return sum / Math.sqrt(Math.max(1, features.length));
  };
  const order = samples.map((_, at) => at);
  const random = seededRandom(11);
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    for (let at = order.length - 1; at > 0; at -= 1) {
      const other = Math.floor(random() * (at + 1));
      [order[at], order[other]] = [order[other]!, order[at]!];
    }
    for (const at of order) {
      const { features, rules, truth } = samples[at]!;
      const error = slope * rules + bias + linear(features) - truth;
      slope -= 0.002 * error * rules;
      bias -= 0.002 * error;
      const gradient = error / Math.sqrt(Math.max(1, features.length));
      for (const index of features) {
        const step = gradient + PULL * weights[index]!;
        squares[index] = squares[index]! + step * step;
        weights[index] = weights[index]! - (RATE * step) / Math.sqrt(squares[index]!);
      }
    }
  }
  return (text) => slope * sentimentOf(text).compound + bias + linear(read(text));
}
