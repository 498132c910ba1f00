/** Cells of fewer people are not told. */
export const SMALL_CELL = 10;

/** A split of people after small cells were hidden. */
export interface Split {
  /** People in all cells, those who say nothing left out; null where it would give a hidden cell away. */
  readonly n: number | null;
  /** Largest first. `count` null: under 10, or hidden so that the difference to the whole reveals no other. */
  readonly cells: readonly { readonly name: string; readonly count: number | null }[];
  /** Whether anybody is in cells that are not named here: a name few people share can give them away by itself. */
  readonly other: boolean;
}

/**
 * Hides cells of 1 to 9 people, and with them the smallest of the others, so that subtracting from the whole reveals none.
 *
 * @param fixed names that are shown whether or not anybody is in them, in this order; without it hidden cells lose their name too
 */
export function hideSmallCells(counts: Readonly<Record<string, number>>, fixed?: readonly string[]): Split {
  const all = Object.entries(counts)
    .filter(([name, count]) => name !== '' && count > 0)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const hidden = new Set(all.filter(([, count]) => count < SMALL_CELL).map(([name]) => name));
  if (hidden.size > 0) {
    const smallest = all.findLast(([name]) => !hidden.has(name));
    if (smallest) hidden.add(smallest[0]);
  }
  const shown = (name: string, count: number) => ({ name, count: hidden.has(name) ? null : count });
  const whole = all.reduce((sum, [, count]) => sum + count, 0);
  const n = all.length > 0 && hidden.size === all.length && whole < SMALL_CELL ? null : whole;
  if (fixed)
    // An empty cell looks like a small one: otherwise "nobody" would be told of few people.
    return {
      n,
      cells: fixed.map((name) =>
        (counts[name] ?? 0) === 0 ? { name, count: null } : shown(name, counts[name] ?? 0),
      ),
      other: false,
    };
  return {
    n,
    cells: all.filter(([name]) => !hidden.has(name)).map(([name, count]) => shown(name, count)),
    other: hidden.size > 0,
  };
}
