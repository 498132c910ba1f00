/** 64 bits as two unsigned halves: no `bigint` on the way of every event. */
export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

/** The finalizer of MurmurHash3 (A. Appleby, public domain): every bit of the input reaches every bit of the output. */
const mix32 = (value: number): number => {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};

const ROUND_KEYS = [0x9e3779b9, 0x7f4a7c15, 0xbf58476d, 0x94d049bb] as const;

/**
 * Four Feistel rounds: a permutation of 64 bits, so two different inputs never meet. Rounds in pairs, halves in turn.
 */
function permute(high: number, low: number): Hash64 {
  let left = high;
  let right = low;
  for (const key of ROUND_KEYS) {
    const next = (left ^ mix32((right + key) >>> 0)) >>> 0;
    left = right;
    right = next;
  }
  return { high: left, low: right };
}

const DECIMAL = /^(?:0|[1-9][0-9]{0,18})$/;
/** 9 digits fit a half; `2^32` splits what is longer. */
const TWO_32 = 4_294_967_296;

/** A decimal of at most 19 digits as two halves, in doubles that stay exact: `head` has at most 10 digits. */
function halvesOf(decimal: string): Hash64 {
  if (decimal.length <= 9) return { high: 0, low: Number(decimal) };
  const head = Number(decimal.slice(0, -9));
  const tail = Number(decimal.slice(-9));
  // head * 10^9 + tail, where 10^9 < 2^32: both partial products stay under 2^53.
  const headHigh = Math.floor(head / 65_536);
  const headLow = head % 65_536;
  const lowSum = headLow * 1_000_000_000 + tail;
  const middle = headHigh * 1_000_000_000 + Math.floor(lowSum / 65_536);
  return {
    high: Math.floor(middle / 65_536) >>> 0,
    low: ((middle % 65_536) * 65_536 + (lowSum % 65_536)) % TWO_32,
  };
}

/** FNV-1a over UTF-16 units, one lane a half, from two starts. */
function wordsOf(text: string): Hash64 {
  let high = 0x811c9dc5;
  let low = 0xcbf29ce4;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ mix32(unit + index), 0x01000193);
  }
  return { high: high >>> 0, low: (low ^ text.length) >>> 0 };
}

/**
 * The one hash of every distinct count: stores, workers and rollups of all ages must agree on it, so it never changes.
 *
 * An id (canonical decimal under 10^19) goes through a permutation: different ids have different hashes, which keeps small
 * sketches exact. Any other text (a session, a hashtag) is hashed first; two texts meet with a chance of 2^-64.
 */
export function hash64(text: string): Hash64 {
  const halves = DECIMAL.test(text) ? halvesOf(text) : wordsOf(text);
  return permute(halves.high, halves.low);
}
