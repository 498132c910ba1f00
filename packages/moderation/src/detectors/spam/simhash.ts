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
/** Counters up to 2^16, for both halves. */
const planes = new Int32Array(2 * 17);

/**
 * A fingerprint that changes little when a text changes little (Charikar 2002), over four-letter pieces of the plain view. Digits
 * are one digit and links one word: copies differ in them. Null for texts too short to be told apart.
 */
export function simhashOf(view: PlainView): Simhash | null {
  const text = masked(view.text.length > MOST ? view.text.slice(0, MOST) : view.text);
  if (text.length < 16) return null;
  const pieces = text.length - 3;
  planes.fill(0);
  for (let at = 0; at < pieces; at += 1) {
    let hash = 0x811c9dc5;
    for (let next = at; next < at + 4; next += 1) hash = Math.imul(hash ^ text.charCodeAt(next), PRIME);
    let low = mix(hash, 0x85ebca6b);
    let high = mix(hash, 0xc2b2ae35);
    // Adds one bit to each of 64 counters, which lie across the planes: plane n holds bit n of all of them.
    for (let plane = 0; (low | high) !== 0; plane += 2) {
      const oldLow = planes[plane]!;
      const oldHigh = planes[plane + 1]!;
      planes[plane] = oldLow ^ low;
      planes[plane + 1] = oldHigh ^ high;
      low &= oldLow;
      high &= oldHigh;
    }
  }
  // A bit is set where more than half of the pieces have it.
  const half = Math.floor(pieces / 2);
  return { high: above(half, 1), low: above(half, 0) };
}

/** Which of 32 counters are above a number; compared from the highest plane down. */
function above(number: number, side: 0 | 1): number {
  let greater = 0;
  let equal = -1;
  for (let plane = planes.length - 2; plane >= 0; plane -= 2) {
    const bits = planes[plane + side]!;
    if ((number >>> (plane / 2)) & 1) equal &= bits;
    else {
      greater |= equal & bits;
      equal &= ~bits;
    }
  }
  return greater >>> 0;
}

const mix = (hash: number, by: number): number => {
  let value = Math.imul(hash ^ (hash >>> 15), by);
  value ^= value >>> 13;
  value = Math.imul(value, 0x27d4eb2f);
  return value ^ (value >>> 16);
};

const LINKED = /@|http|www\.|\P{ASCII}/u;

function masked(text: string): string {
  if (!LINKED.test(text)) return maskedAscii(text);
  return text
    .replace(/https?:\/\/\S+|www\.\S+/g, ' l ')
    .replace(/@[a-z0-9_]+/g, ' u ')
    .replace(/\d+/g, '0')
    .replace(/[^\p{L}0]+/gu, ' ')
    .trim();
}

/** The same for a text of ASCII without links and handles, in one pass. */
function maskedAscii(text: string): string {
  let result = '';
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isLetter(code)) {
      at += 1;
      continue;
    }
    result += text.slice(from, at);
    if (isDigit(code)) {
      while (at < text.length && isDigit(text.charCodeAt(at))) at += 1;
      result += '0';
    } else {
      while (at < text.length && !isLetter(text.charCodeAt(at)) && !isDigit(text.charCodeAt(at))) at += 1;
      if (result !== '' && at < text.length) result += ' ';
    }
    from = at;
  }
  return result + text.slice(from);
}

const isLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

const bitsOf = (value: number): number => {
  let rest = value - ((value >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/** Bits in which a fingerprint differs from the one with these halves. */
export const bitsApart = (a: Simhash, high: number, low: number): number =>
  bitsOf(a.high ^ high) + bitsOf(a.low ^ low);

/** Bits in which two fingerprints differ. */
export const distanceOf = (a: Simhash, b: Simhash): number => bitsApart(a, b.high, b.low);
