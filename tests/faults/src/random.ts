/** Random numbers that a seed repeats. */
export interface Random {
  /** 0 up to, not including, 1. */
  next(): number;
  pick<T>(values: readonly T[]): T;
  /** One of the values, each as likely as its weight. */
  weighted<T extends { readonly weight: number }>(values: readonly T[]): T;
}

/** Mulberry32. @param seed a whole number */
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
    next,
    pick: (values) => values[Math.floor(next() * values.length)]!,
    weighted(values) {
      let left = next() * values.reduce((sum, { weight }) => sum + weight, 0);
      for (const value of values) {
        left -= value.weight;
        if (left < 0) return value;
      }
      return values.at(-1)!;
    },
  };
}
