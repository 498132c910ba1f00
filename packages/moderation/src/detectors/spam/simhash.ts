import type { PlainView } from '../../normalise/plain-view.js';

/** 64 bits as two halves. */
export interface Simhash {
  readonly high: number;
  readonly low: number;
}

/** Near-duplicates differ in at most so many bits. */
export const NEAR = 8;

const PRIME = 0x01000193;
const MOST = 20_000;

/**
 * A fingerprint that changes little when a text changes little (Charikar 2002), over four-letter pieces of the plain view. Digits
 * are one digit and links one word: copies differ in them. Null for texts too short to be told apart.
 */
export function simhashOf(view: PlainView): Simhash | null {
  const text = masked(view.text.length > MOST ? view.text.slice(0, MOST) : view.text);
  if (text.length < 16) return null;
  const counts = new Int32Array(64);
  for (let at = 0; at + 4 <= text.length; at += 1) {
    let hash = 0x811c9dc5;
    for (let next = at; next < at + 4; next += 1) hash = Math.imul(hash ^ text.charCodeAt(next), PRIME);
    const one = mix(hash, 0x85ebca6b);
    const two = mix(hash, 0xc2b2ae35);
    for (let bit = 0; bit < 32; bit += 1) {
      counts[bit] = counts[bit]! + ((one >>> bit) & 1) * 2 - 1;
      counts[bit + 32] = counts[bit + 32]! + ((two >>> bit) & 1) * 2 - 1;
    }
  }
  let low = 0;
  let high = 0;
  for (let bit = 0; bit < 32; bit += 1) {
    if (counts[bit]! > 0) low |= 1 << bit;
    if (counts[bit + 32]! > 0) high |= 1 << bit;
  }
  return { high: high >>> 0, low: low >>> 0 };
}

const mix = (hash: number, by: number): number => {
  let value = Math.imul(hash ^ (hash >>> 15), by);
  value ^= value >>> 13;
  value = Math.imul(value, 0x27d4eb2f);
  return value ^ (value >>> 16);
};

const masked = (text: string): string =>
  text
    .replace(/https?:\/\/\S+|www\.\S+/g, ' l ')
    .replace(/@[a-z0-9_]+/g, ' u ')
    .replace(/\d+/g, '0')
    .replace(/[^\p{L}0]+/gu, ' ')
    .trim();

const bitsOf = (value: number): number => {
  let rest = value - ((value >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/** Bits in which two fingerprints differ. */
export const distanceOf = (a: Simhash, b: Simhash): number => bitsOf(a.high ^ b.high) + bitsOf(a.low ^ b.low);
