/** Chances that come out the same for the same seed. */
export interface Dice {
  /** A whole number from 0 to below `n`. */
  below(n: number): number;
  /** True in `share` of all throws. */
  chance(share: number): boolean;
  /** One of the items. @throws RangeError for none */
  pick<T>(items: readonly T[]): T;
  /** One of the items, or null when there are none. */
  some<T>(items: readonly T[]): T | null;
  /** One of the values, each as often as its weight says. */
  weighted<T>(weights: readonly (readonly [T, number])[]): T;
}

/** Mulberry32: small, fast, and good enough to deal worlds with. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  const some = <T>(items: readonly T[]): T | null => items[below(items.length)] ?? null;
  return {
    below,
    some,
    chance: (share) => next() < share,
    pick(items) {
      if (items.length === 0) throw new RangeError('there is nothing to pick from');
      return items[below(items.length)] as (typeof items)[number];
    },
    weighted(weights) {
      let rest = next() * weights.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of weights) {
        rest -= weight;
        if (rest < 0) return value;
      }
      return (weights.at(-1) as (typeof weights)[number])[0];
    },
  };
}
