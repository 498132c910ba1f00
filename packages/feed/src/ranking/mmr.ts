import type { Id } from '@socialkit/core';
import type { RankedItem, Reranker } from './types.js';

/** Items looked at by {@link maximalMarginalRelevance}. */
export const MMR_DEPTH = 100;

const normOf = (vector: Float32Array): number => {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
};

const cosine = (a: Float32Array, b: Float32Array, norms: number): number => {
  if (norms === 0) return 0;
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return Math.max(0, sum / norms);
};

/**
 * Orders a slate by maximal marginal relevance (Carbonell and Goldstein, 1998): each place goes to the item with the largest
 * `lambda * relevance - (1 - lambda) * similarity to the most similar one above`. Relevance is divided by the best item's;
 * similarity is the cosine of two vectors, 0 where one has none. Ties go to the item that was above.
 *
 * @returns indices of `scores`, in their new order
 */
export function mmrOrder(
  scores: readonly number[],
  vectors: readonly (Float32Array | undefined)[],
  lambda: number,
  count = scores.length,
): number[] {
  const best = Math.max(...scores, 0);
  const norms = vectors.map((vector) => (vector ? normOf(vector) : 0));
  const open = scores.map((_, at) => at);
  const nearest = new Float64Array(scores.length);
  const order: number[] = [];
  while (open.length > 0 && order.length < count) {
    let chosen = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < open.length; at++) {
      const item = open[at] as number;
      const relevance = best > 0 ? (scores[item] as number) / best : 0;
      const worth = lambda * relevance - (1 - lambda) * (nearest[item] as number);
      if (worth > most) {
        most = worth;
        chosen = at;
      }
    }
    const [taken] = open.splice(chosen, 1) as [number];
    order.push(taken);
    const vector = vectors[taken];
    if (!vector) continue;
    for (const item of open) {
      const other = vectors[item];
      if (!other) continue;
      const near = cosine(vector, other, (norms[taken] as number) * (norms[item] as number));
      if (near > (nearest[item] as number)) nearest[item] = near;
    }
  }
  return [...order, ...open];
}

/** The best 100 by maximal marginal relevance, with the profile's `mmrLambda`. @param vectorsOf vectors of one length, over factors or tags */
export const maximalMarginalRelevance = <C>(
  vectorsOf: (context: C, ids: readonly Id[]) => Promise<ReadonlyMap<Id, Float32Array>>,
): Reranker<C> => ({
  name: 'mmr',
  async rerank(context, items, { mmrLambda }, count) {
    if (mmrLambda === 1 || items.length < 3) return items;
    const head = items.slice(0, MMR_DEPTH);
    const vectors = await vectorsOf(
      context,
      head.map(({ id }) => id),
    );
    const order = mmrOrder(
      head.map(({ score }) => score),
      head.map(({ id }) => vectors.get(id)),
      mmrLambda,
      count,
    );
    return [...order.map((at) => head[at] as RankedItem), ...items.slice(MMR_DEPTH)];
  },
});
