/**
 * Logistic regression learned one example at a time, with a rate of its own for every weight. Single precision, so that a
 * restored copy goes on exactly where the saved one was.
 */
export interface AdaptiveWeights {
  readonly weights: Float32Array;
  readonly squares: Float32Array;
  bias: number;
  biasSquare: number;
}

export const RATE = 0.35;
const START = 1e-4;
const DECAY = 1e-5;

export function createAdaptiveWeights(buckets: number): AdaptiveWeights {
  return {
    weights: new Float32Array(buckets),
    squares: new Float32Array(buckets).fill(START),
    bias: 0,
    biasSquare: 1,
  };
}

/** Log-odds of some features. */
export function logOddsOf(model: AdaptiveWeights, features: Uint32Array, count = features.length): number {
  let sum = 0;
  for (let at = 0; at < count; at += 1) sum += model.weights[features[at]!]!;
  return model.bias + sum / Math.sqrt(Math.max(1, count));
}

/** One step towards a label; `weight` is how much the example counts. The step is at most the rate, whatever the example. */
export function learnOne(model: AdaptiveWeights, features: Uint32Array, label: 0 | 1, weight: number): void {
  const error = weight * (1 / (1 + Math.exp(-logOddsOf(model, features))) - label);
  model.biasSquare += error * error;
  model.bias = Math.fround(model.bias - (RATE * error) / Math.sqrt(model.biasSquare));
  const gradient = error / Math.sqrt(Math.max(1, features.length));
  if (Math.abs(gradient) < 1e-6) return;
  const { weights, squares } = model;
  for (let at = 0; at < features.length; at += 1) {
    const cell = features[at]!;
    const pull = gradient + DECAY * weights[cell]!;
    squares[cell] = squares[cell]! + pull * pull;
    weights[cell] = weights[cell]! - (RATE * pull) / Math.sqrt(squares[cell]!);
  }
}
