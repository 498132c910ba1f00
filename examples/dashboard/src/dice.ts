/** Random choices that are the same for the same seed. */
export interface Dice {
  below(limit: number): number;
  chance(share: number): boolean;
  pick<T>(items: readonly T[]): T;
}

/** @param seed any whole number */
export function createDice(seed: number): Dice {
  let state = (seed * 2_654_435_761) % 2_147_483_647 || 1;
  const below = (limit: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  return {
    below,
    chance: (share) => below(1_000_000) < share * 1_000_000,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
  };
}
