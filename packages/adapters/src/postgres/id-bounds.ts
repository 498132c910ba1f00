import { compareIds, type Id } from '@socialkit/core';

/**
 * The smallest and the largest of some ids: the bounds by which a statement over a partitioned table stays within the
 * months its ids lie in.
 * @throws TypeError for no ids: callers answer empty questions themselves
 */
export function idBounds(ids: readonly Id[]): { readonly lo: Id; readonly hi: Id } {
  let [lo] = ids;
  if (lo === undefined) throw new TypeError('no ids have no bounds');
  let hi = lo;
  for (const id of ids) {
    if (compareIds(id, lo) < 0) lo = id;
    if (compareIds(id, hi) > 0) hi = id;
  }
  return { lo, hi };
}
