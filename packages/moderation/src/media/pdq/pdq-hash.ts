import { invalid } from '@socialkit/core';
import { SIDE } from './jarosz.js';

/** 256 bits as eight words of 32; bit `32 * word + place` belongs to the coefficient of that number, row by row. */
export type PdqHash = Uint32Array;

/** Two pictures are the same when at most so many bits differ. */
export const PDQ_MATCH = 31;
/** Pictures of this quality or less are too plain to be told apart. */
export const PDQ_PLAIN = 49;

/** One bit per coefficient: whether it is above the median of all. */
export function hashOfCoefficients(kept: Float64Array): PdqHash {
  // The lower of the two middle values, as the reference's selection by Torben gives it.
  const median = Float64Array.from(kept).sort()[(kept.length - 1) >> 1]!;
  const hash = new Uint32Array(8);
  kept.forEach((value, at) => {
    if (value > median) hash[at >> 5] = hash[at >> 5]! | (1 << (at & 31));
  });
  return hash;
}

/** PDQ's measure of how much there is to see in a 64 by 64 plane, 0 to 100: the sum of its steps of brightness. */
export function qualityOf(plane: Float64Array): number {
  let sum = 0;
  const step = (a: number, b: number) => Math.abs(Math.trunc(((plane[a]! - plane[b]!) * 100) / 255));
  for (let row = 0; row < SIDE; row += 1) {
    for (let column = 0; column < SIDE; column += 1) {
      const at = row * SIDE + column;
      if (row + 1 < SIDE) sum += step(at, at + SIDE);
      if (column + 1 < SIDE) sum += step(at, at + 1);
    }
  }
  return Math.min(100, Math.trunc(sum / 90));
}

const bitsOf = (value: number): number => {
  let rest = value - ((value >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/** Bits that differ, 0 to 256. `at` is where the second begins in a longer array. */
export function pdqDistance(a: PdqHash, b: Uint32Array, at = 0): number {
  let sum = 0;
  for (let word = 0; word < 8; word += 1) sum += bitsOf(a[word]! ^ b[at + word]!);
  return sum;
}

/** The same where it is at most `most`; anything above it otherwise. Most pairs are told apart by their first half. */
export function distanceWithin(most: number, a: PdqHash, b: Uint32Array, at: number): number {
  const half =
    bitsOf(a[0]! ^ b[at]!) +
    bitsOf(a[1]! ^ b[at + 1]!) +
    bitsOf(a[2]! ^ b[at + 2]!) +
    bitsOf(a[3]! ^ b[at + 3]!);
  if (half > most) return half;
  return (
    half +
    bitsOf(a[4]! ^ b[at + 4]!) +
    bitsOf(a[5]! ^ b[at + 5]!) +
    bitsOf(a[6]! ^ b[at + 6]!) +
    bitsOf(a[7]! ^ b[at + 7]!)
  );
}

/** The reference's way to write a hash: 64 hexadecimal digits, the highest word first. */
export const pdqToHex = (hash: PdqHash): string =>
  Array.from(hash, (word) => word.toString(16).padStart(8, '0'))
    .reverse()
    .join('');

/** @throws hash.invalid when it is not 64 hexadecimal digits */
export function pdqFromHex(hex: string): PdqHash {
  if (!/^[0-9a-f]{64}$/i.test(hex)) throw invalid('hash.invalid', 'a PDQ hash has 64 hexadecimal digits', []);
  return Uint32Array.from({ length: 8 }, (_, word) =>
    Number.parseInt(hex.slice(64 - 8 * (word + 1), 64 - 8 * word), 16),
  );
}
