/** Reproducible randomness: the same seed makes the same inputs. */
export interface Random {
  /** 0 to `below` - 1. */
  int(below: number): number;
  chance(part: number): boolean;
  pick<T>(from: readonly T[]): T;
}

/** Mulberry32: small, fast, good enough to choose inputs with. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    int: (below) => Math.floor(next() * below),
    chance: (part) => next() < part,
    pick: (from) => {
      if (from.length === 0) throw new RangeError('nothing to pick from');
      return from[Math.floor(next() * from.length)] as never;
    },
  };
}
