import type { Id } from '@socialkit/core';
import { byScore } from './blend.js';
import type { RankedItem, Reranker } from './types.js';

/**
 * Makes room for others: the k-th item of one author counts `floor + (1 - floor) decay^k`, k = 0 for his best one.
 * @param authorsOf the author of each item; of a repost the author of the original. Items without one are left as they are
 */
export const authorDiversity = <C>(
  authorsOf: (context: C, ids: readonly Id[]) => Promise<ReadonlyMap<Id, Id>>,
): Reranker<C> => ({
  name: 'author',
  async rerank(context, items, { author: { decay, floor } }) {
    if (decay === 1 || floor === 1) return items;
    const authors = await authorsOf(
      context,
      items.map(({ id }) => id),
    );
    const earlier = new Map<Id, number>();
    const reranked = items.map((item): RankedItem => {
      const author = authors.get(item.id);
      if (author === undefined) return item;
      const k = earlier.get(author) ?? 0;
      earlier.set(author, k + 1);
      const factor = floor + (1 - floor) * decay ** k;
      return { ...item, score: item.score * factor, factors: { ...item.factors, author: factor } };
    });
    return reranked.sort(byScore);
  },
});
