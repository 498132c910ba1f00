import { seededRandom } from './random.js';

/** One text as the trainer sees it. */
export interface TrainingSample {
  readonly features: Uint32Array;
  /** One label a head: 1, 0, or NaN where it is not known. */
  readonly labels: Float32Array;
  /** @default 1 */
  readonly weight?: number;
}

export interface LinearTrainingOptions {
  /** @default 8 */
  readonly epochs?: number;
  /** Step of the adaptive rate. @default 0.4 */
  readonly rate?: number;
  /** Pull of every used weight towards zero, per step. @default 1e-6 */
  readonly decay?: number;
  /** Order of the samples. @default 1 */
  readonly seed?: number;
}

/** Weights as they are learned, before they are made small. `weights[bucket * heads + head]`. */
export interface LinearWeights {
  readonly buckets: number;
  readonly heads: number;
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

/**
 * Logistic regression for several heads at once, adaptive rate per weight (AdaGrad), averaged over the last half of the epochs.
 * Features are binary and scaled to length 1. The same samples, options and engine give the same weights.
 */
export function trainLinear(
  samples: readonly TrainingSample[],
  buckets: number,
  heads: number,
  options: LinearTrainingOptions = {},
): LinearWeights {
  const { epochs = 8, rate = 0.4, decay = 1e-6, seed = 1 } = options;
  const weights = new Float32Array(buckets * heads);
  const squares = new Float32Array(buckets * heads).fill(1e-4);
  const biases = new Float32Array(heads);
  const biasSquares = new Float32Array(heads).fill(1);
  const sums = new Float64Array(buckets * heads);
  const biasSums = new Float64Array(heads);
  const order = samples.map((_, index) => index);
  const random = seededRandom(seed);
  const gradients = new Float64Array(heads);
  let averaged = 0;
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    shuffle(order, random);
    for (const index of order) {
      const { features, labels, weight = 1 } = samples[index]!;
      const value = 1 / Math.sqrt(Math.max(1, features.length));
      for (let head = 0; head < heads; head += 1) {
        const label = labels[head]!;
        if (Number.isNaN(label)) {
          gradients[head] = 0;
          continue;
        }
        let sum = 0;
        for (let at = 0; at < features.length; at += 1) sum += weights[features[at]! * heads + head]!;
        const logit = biases[head]! + sum * value;
        gradients[head] = weight * (1 / (1 + Math.exp(-logit)) - label);
        const gradient = gradients[head]!;
        biasSquares[head] = biasSquares[head]! + gradient * gradient;
        biases[head] = biases[head]! - (rate * gradient) / Math.sqrt(biasSquares[head]!);
      }
      for (let head = 0; head < heads; head += 1) {
        const gradient = gradients[head]! * value;
        if (Math.abs(gradient) < 1e-5) continue;
        for (let at = 0; at < features.length; at += 1) {
          const cell = features[at]! * heads + head;
          const pull = gradient + decay * weights[cell]!;
          squares[cell] = squares[cell]! + pull * pull;
          weights[cell] = weights[cell]! - (rate * pull) / Math.sqrt(squares[cell]!);
        }
      }
    }
    if (epoch * 2 >= epochs) {
      for (let cell = 0; cell < weights.length; cell += 1) sums[cell] = sums[cell]! + weights[cell]!;
      for (let head = 0; head < heads; head += 1) biasSums[head] = biasSums[head]! + biases[head]!;
      averaged += 1;
    }
  }
  if (averaged > 0) {
    for (let cell = 0; cell < weights.length; cell += 1) weights[cell] = sums[cell]! / averaged;
    for (let head = 0; head < heads; head += 1) biases[head] = biasSums[head]! / averaged;
  }
  return { buckets, heads, weights, biases };
}

function shuffle(order: number[], random: () => number): void {
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
}
