import { createHash } from 'node:crypto';

/** Numbers from 0 up to 1 that depend on the seed alone. */
export type Random = () => number;

/** A small generator (mulberry32): the same seed gives the same numbers. Not for secrets. @param seed any text */
export function createRandom(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A normal deviate (Box and Muller). */
export const gaussian = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** A gamma deviate of scale 1 (Marsaglia and Tsang, 2000). @param shape at least 1 */
function gamma(shape: number, random: Random): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = gaussian(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A beta deviate. @param a at least 1 @param b at least 1 */
export const beta = (a: number, b: number, random: Random): number => {
  const x = gamma(a, random);
  return x / (x + gamma(b, random));
};
