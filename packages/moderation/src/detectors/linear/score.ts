import type { Features } from './features.js';
import type { LinearModel } from './packed-model.js';

/** Raw scores (log-odds) of all heads, in their order. */
export function rawScores(model: LinearModel, { indices, count }: Features): Float64Array {
  const heads = model.heads.length;
  const sums = new Float64Array(heads);
  const { weights } = model;
  for (let at = 0; at < count; at += 1) {
    const cell = indices[at]! * heads;
    for (let head = 0; head < heads; head += 1) sums[head] = sums[head]! + weights[cell + head]!;
  }
  const value = 1 / Math.sqrt(Math.max(1, count));
  for (let head = 0; head < heads; head += 1) {
    const { bias, scale } = model.heads[head]!;
    sums[head] = bias + sums[head]! * scale * value;
  }
  return sums;
}
