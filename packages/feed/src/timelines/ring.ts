/** A bounded, ascending set of 64-bit ids: when it is full, adding drops the oldest ones in bulk. */
export interface Ring {
  /** Inserts in order; false when it is there already, or older than what was dropped. */
  add(id: bigint): boolean;
  /** Up to `limit` ids strictly below `before`, newest first, and whether the ring holds older ones. */
  newest(before: bigint | null, limit: number): { readonly ids: readonly bigint[]; readonly more: boolean };
  /** Every id from here on that was ever added is held; 0 while nothing was dropped. */
  readonly floor: bigint;
  readonly size: number;
}

/**
 * @param keep ids left after dropping
 * @param slack ids above `keep` that start it
 * @param floor where the ring begins: ids below are refused
 */
export function createRing(keep: number, slack: number, floor: bigint): Ring {
  const capacity = keep + slack + 1;
  const slots = new BigUint64Array(capacity);
  let start = 0;
  let size = 0;
  let lowest = floor;
  const slot = (at: number) => (start + at) % capacity;
  const at = (index: number) => slots[slot(index)] as bigint;

  /** How many held ids are below `id`. */
  const rank = (id: bigint): number => {
    let low = 0;
    let high = size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at(middle) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    add(id) {
      if (id < lowest) return false;
      const position = size === 0 || at(size - 1) < id ? size : rank(id);
      if (position < size && at(position) === id) return false;
      for (let i = size; i > position; i--) slots[slot(i)] = at(i - 1);
      slots[slot(position)] = id;
      size++;
      if (size > keep + slack) {
        start = slot(size - keep);
        size = keep;
        lowest = at(0);
      }
      return true;
    },
    newest(before, limit) {
      const end = before === null ? size : rank(before);
      const from = Math.max(0, end - limit);
      const ids: bigint[] = [];
      for (let i = end - 1; i >= from; i--) ids.push(at(i));
      return { ids, more: from > 0 };
    },
    get floor() {
      return lowest;
    },
    get size() {
      return size;
    },
  };
}
