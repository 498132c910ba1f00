import { canonicalText } from '../../normalise/canonical-text.js';
import type { WordHit } from '../lists/match.js';
import { WORD_CLASSES } from './word-classes.js';

/** Distinct hashed features of one text. The indices are lent: good until the next extraction by the same extractor. */
export interface Features {
  readonly indices: Uint32Array;
  readonly count: number;
}

/** Turns texts into {@link Features}; keeps its buffers between texts. */
export interface FeatureExtractor {
  /** Power of two: indices are below it. */
  readonly buckets: number;
  extract(text: string, hits: readonly WordHit[], original: string): Features;
}

/** Characters that are read; what is behind them adds nothing a head of the text does not say. */
export const READ_CHARACTERS = 20_000;
const MAX_FEATURES = 8_192;
const LONGEST_WORD = 32;

const PRIME = 0x01000193;
const WORD = 0x811c9dc5;
const PAIR = 0x2f0b4c47;
const SKIP = 0x51ed270b;
const GRAM = 0x1b873593;
const CLASS = 0x2545f491;
const TRIPLE = 0x3c79ac49;
const SIGN = 0x7f4a7c15;

const mix = (hash: number): number => {
  let value = hash ^ (hash >>> 16);
  value = Math.imul(value, 0x7feb352d);
  value ^= value >>> 15;
  value = Math.imul(value, 0x846ca68b);
  return (value ^ (value >>> 16)) >>> 0;
};

// 0 separates, 1 letter, 2 digit, 3 sign that is a feature of its own.
const classOfHash = new Map<number, number>();
for (const [word, found] of WORD_CLASSES) {
  let hash = WORD;
  for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ word.charCodeAt(at), PRIME);
  classOfHash.set(hash, Math.imul(0x61c88647, found));
}

const kinds = new Uint8Array(128);
for (let code = 97; code <= 122; code += 1) kinds[code] = 1;
for (let code = 48; code <= 57; code += 1) kinds[code] = 2;
for (const sign of '!?$%£*"') if (sign.charCodeAt(0) < 128) kinds[sign.charCodeAt(0)] = 3;
const APOSTROPHE = 39;

/** What the words of the last text hash to, in order and with repetitions: two models over one text share the work. */
let hashes = new Uint32Array(4_096);
let hashed = 0;
let lastRead: string | null = null;
/** Enough for any text: beyond it there are more features than are ever kept. */
const MAX_HASHES = 1 << 20;

const word = new Uint16Array(LONGEST_WORD + 2);

function push(hash: number): void {
  if (hashed === hashes.length) {
    if (hashed >= MAX_HASHES) return;
    const wider = new Uint32Array(hashed * 2);
    wider.set(hashes);
    hashes = wider;
  }
  hashes[hashed++] = mix(hash);
}

function pushGrams(length: number): void {
  // The word stands between two marks, so that beginnings and ends are grams of their own.
  const total = length + 2;
  for (let begin = 0; begin + 3 <= total; begin += 1) {
    let hash = GRAM;
    const end = Math.min(begin + 5, total);
    for (let at = begin; at < end; at += 1) {
      hash = Math.imul(hash ^ word[at]!, PRIME);
      if (at - begin >= 2) push(hash + (at - begin));
    }
  }
}

/** Fills {@link hashes} with what the words of a text hash to. */
function hashWords(read: string): void {
  if (read === lastRead) return;
  lastRead = read;
  hashed = 0;
  let before = 0;
  let beforeThat = 0;
  let classBefore = 0;
  let classBeforeThat = 0;
  const token = (hash: number) => {
    const classed = classOfHash.get(hash) ?? hash;
    push(hash ^ WORD);
    if (before !== 0) push(Math.imul(before, 31) ^ hash ^ PAIR);
    if (beforeThat !== 0) push(Math.imul(beforeThat, 131) ^ hash ^ SKIP);
    if (classed !== hash || classBefore !== before || classBeforeThat !== beforeThat) {
      push(classed ^ CLASS);
      if (classBefore !== 0) push(Math.imul(classBefore, 31) ^ classed ^ PAIR ^ CLASS);
      if (classBeforeThat !== 0) push(Math.imul(classBeforeThat, 131) ^ classed ^ SKIP ^ CLASS);
    }
    if (classBeforeThat !== 0)
      push(Math.imul(classBeforeThat, 131) ^ Math.imul(classBefore, 31) ^ classed ^ TRIPLE);
    beforeThat = before;
    before = hash;
    classBeforeThat = classBefore;
    classBefore = classed;
  };
  word[0] = 1;
  let at = 0;
  const end = read.length;
  while (at < end) {
    const code = read.charCodeAt(at);
    const kind = code < 128 ? kinds[code]! : 1;
    if (kind === 0) {
      if (code === 64 && at + 1 < end && kinds[read.charCodeAt(at + 1) & 127] === 1) {
        at += 1;
        while (at < end && isName(read.charCodeAt(at))) at += 1;
        token(0x40404040);
        continue;
      }
      at += 1;
      continue;
    }
    if (kind === 3) {
      push(SIGN ^ code);
      at += 1;
      continue;
    }
    if (
      code === 104 &&
      read.startsWith('http', at) &&
      (read.startsWith('://', at + 4) || read.startsWith('s://', at + 4))
    ) {
      while (at < end && read.charCodeAt(at) > 32) at += 1;
      token(0x68747470);
      continue;
    }
    let hash = WORD;
    let length = 0;
    if (code >= 0xd800 && code <= 0xdfff) {
      // A picture character is a word.
      hash = Math.imul(hash ^ code, PRIME);
      if (at + 1 < end) hash = Math.imul(hash ^ read.charCodeAt(at + 1), PRIME);
      at += 2;
      token(hash);
      continue;
    }
    while (at < end && length < LONGEST_WORD) {
      let next = read.charCodeAt(at);
      if (next === APOSTROPHE) {
        at += 1;
        continue;
      }
      const nextKind = next < 128 ? kinds[next]! : next >= 0xd800 && next <= 0xdfff ? 0 : 1;
      if (nextKind === 2) next = 48;
      else if (nextKind !== 1) break;
      // Three of a letter and more are two.
      if (length >= 2 && word[length] === next && word[length - 1] === next) {
        at += 1;
        continue;
      }
      hash = Math.imul(hash ^ next, PRIME);
      length += 1;
      word[length] = next;
      at += 1;
    }
    word[length + 1] = 2;
    token(hash);
    pushGrams(length);
  }
}

/**
 * Words, pairs of words, pairs with one word between, 3 to 5 letters inside words, a few signs, the listed words that were
 * found, capitals and length; hashed. Digits count as one digit, links and handles as one word each.
 */
export function createFeatureExtractor(bits: number): FeatureExtractor {
  const buckets = 2 ** bits;
  const mask = buckets - 1;
  const indices = new Uint32Array(MAX_FEATURES);
  // Which features the text has already; small, so that it stays in the nearest cache. 0 is empty.
  const seen = new Int32Array(4 * MAX_FEATURES);
  let seenMask = 0;
  let count = 0;

  const keep = (hash: number) => {
    const index = hash & mask;
    let at = index & seenMask;
    for (let known = seen[at]!; known !== 0; known = seen[at]!) {
      if (known === index + 1) return;
      at = (at + 1) & seenMask;
    }
    if (count >= MAX_FEATURES) return;
    seen[at] = index + 1;
    indices[count++] = index;
  };
  const emit = (hash: number) => keep(mix(hash));

  return {
    buckets,
    extract(text, hits, original) {
      count = 0;
      hashWords(canonicalText(text.length > READ_CHARACTERS ? text.slice(0, READ_CHARACTERS) : text, hits));
      seenMask = 1023;
      while (seenMask < 2 * (hashed + 3 * hits.length + 8) && seenMask < seen.length - 1)
        seenMask = seenMask * 2 + 1;
      seen.fill(0, 0, seenMask + 1);
      for (let at = 0; at < hashed; at += 1) keep(hashes[at]!);
      listFeatures(hits, emit);
      shapeFeatures(original, emit);
      return { indices, count };
    },
  };
}

const isName = (code: number): boolean =>
  (code < 128 && (kinds[code] === 1 || kinds[code] === 2)) || code === 95;

function listFeatures(hits: readonly WordHit[], emit: (hash: number) => void): void {
  let strong = 0;
  for (const { pattern, evaded, glued } of hits) {
    const { entry } = pattern;
    if (entry.severity > 1) strong += 1;
    let hash = 0x3c6ef372 ^ entry.severity;
    for (let at = 0; at < entry.category.length; at += 1)
      hash = Math.imul(hash ^ entry.category.charCodeAt(at), PRIME);
    emit(hash);
    if (evaded) emit(hash ^ 0x1000);
    if (glued) emit(hash ^ 0x2000);
  }
  emit(0x4c4c4c4c ^ Math.min(strong, 4));
}

function shapeFeatures(original: string, emit: (hash: number) => void): void {
  const end = Math.min(original.length, READ_CHARACTERS);
  let capitals = 0;
  let small = 0;
  for (let at = 0; at < end; at += 1) {
    const code = original.charCodeAt(at);
    if (code >= 65 && code <= 90) capitals += 1;
    else if (code >= 97 && code <= 122) small += 1;
  }
  const letters = capitals + small;
  const share = letters === 0 ? 0 : capitals / letters;
  emit(0x53484150 ^ (share > 0.6 ? 3 : share > 0.25 ? 2 : capitals === 0 ? 1 : 0));
  emit(0x4c454e47 ^ Math.min(12, Math.floor(Math.log2(original.length + 1))));
}
