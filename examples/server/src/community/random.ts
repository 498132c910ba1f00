/** Reproducible chance: the same seed tells the same story. */
export interface Chance {
  /** 0 to `below` - 1. */
  int(below: number): number;
  /** True in a `part` of cases. */
  hit(part: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** The same entries in another order. */
  shuffle<T>(from: readonly T[]): T[];
}

/** Mulberry32. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (below: number) => Math.floor(next() * below);
  return {
    int,
    hit: (part) => next() < part,
    pick: (from) => from[int(from.length)] as never,
    shuffle: (from) => {
      const result = [...from];
      for (let i = result.length - 1; i > 0; i--) {
        const j = int(i + 1);
        [result[i], result[j]] = [result[j] as never, result[i] as never];
      }
      return result;
    },
  };
}
