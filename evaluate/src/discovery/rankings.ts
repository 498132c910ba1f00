/** A ranked list for each user. */
export type Rankings = ReadonlyMap<string, readonly string[]>;

/** What a set of rankings is worth. */
export interface Quality {
  /** Hits in the top k / min(k, number hidden), averaged over users. */
  readonly recall: number;
  readonly ndcg: number;
  /** 1 / rank of the first hit within the top 100, else 0. */
  readonly mrr: number;
}

/** Grades rankings against what is hidden, at k. */
export function gradeRankings(
  rankings: Rankings,
  hidden: ReadonlyMap<string, ReadonlySet<string>>,
  k: number,
): Quality {
  let [recall, ndcg, mrr] = [0, 0, 0];
  for (const [user, wanted] of hidden) {
    const list = rankings.get(user) ?? [];
    let [hits, gain, ideal] = [0, 0, 0];
    for (const [at, item] of list.slice(0, k).entries())
      if (wanted.has(item)) {
        hits += 1;
        gain += 1 / Math.log2(at + 2);
      }
    for (let at = 0; at < Math.min(k, wanted.size); at++) ideal += 1 / Math.log2(at + 2);
    const first = list.slice(0, 100).findIndex((item) => wanted.has(item));
    recall += hits / Math.min(k, wanted.size);
    ndcg += gain / ideal;
    mrr += first < 0 ? 0 : 1 / (first + 1);
  }
  const users = Math.max(1, hidden.size);
  return { recall: recall / users, ndcg: ndcg / users, mrr: mrr / users };
}

/** `user,item,rank` of every list. */
export const rowsOf = (rankings: Rankings): (readonly [string, string, number])[] =>
  [...rankings].flatMap(([user, list]) => list.map((item, at) => [user, item, at + 1] as const));

/** The best by score, ties by the lower id, without those taken. */
export const best = (
  scores: ReadonlyMap<string, number>,
  taken: ReadonlySet<string>,
  count: number,
): string[] =>
  [...scores]
    .filter(([id]) => !taken.has(id))
    .sort(([a, x], [b, y]) => y - x || Number(a) - Number(b))
    .slice(0, count)
    .map(([id]) => id);
