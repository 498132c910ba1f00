/** What {@link rankMetrics} measures of one list. */
export interface RankMetrics {
  readonly recall: number;
  readonly ndcg: number;
  readonly mrr: number;
}

/** Recall at k (hits / min(k, wanted)), binary nDCG at k, and 1 / rank of the first hit within k. Zero where nothing is wanted. */
export function rankMetrics<T>(list: readonly T[], wanted: ReadonlySet<T>, k: number): RankMetrics {
  if (wanted.size === 0) return { recall: 0, ndcg: 0, mrr: 0 };
  let [hits, gain, ideal, first] = [0, 0, 0, 0];
  for (const [at, item] of list.slice(0, k).entries())
    if (wanted.has(item)) {
      hits += 1;
      gain += 1 / Math.log2(at + 2);
      if (first === 0) first = 1 / (at + 1);
    }
  for (let at = 0; at < Math.min(k, wanted.size); at++) ideal += 1 / Math.log2(at + 2);
  return { recall: hits / Math.min(k, wanted.size), ndcg: gain / ideal, mrr: first };
}

/** How unequally things are shown: 0 for all alike, towards 1 for one alone (Gini). @param counts also of what was never shown */
export function gini(counts: readonly number[]): number {
  const sorted = [...counts].sort((a, b) => a - b);
  const sum = sorted.reduce((all, count) => all + count, 0);
  if (sum === 0) return 0;
  const weighted = sorted.reduce((all, count, at) => all + (at + 1) * count, 0);
  return (2 * weighted) / (sorted.length * sum) - (sorted.length + 1) / sorted.length;
}

/** The mean distance (1 - cosine) of all pairs of a list; 0 below two vectors. */
export function intraListDistance(vectors: readonly Float32Array[]): number {
  let [sum, pairs] = [0, 0];
  const dot = (a: Float32Array, b: Float32Array) =>
    a.reduce((all, value, at) => all + value * (b[at] ?? 0), 0);
  for (const [at, a] of vectors.entries())
    for (const b of vectors.slice(at + 1)) {
      const size = Math.sqrt(dot(a, a) * dot(b, b));
      sum += 1 - (size > 0 ? dot(a, b) / size : 0);
      pairs += 1;
    }
  return pairs === 0 ? 0 : sum / pairs;
}
