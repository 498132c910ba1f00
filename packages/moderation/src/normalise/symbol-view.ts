import {
  APOSTROPHE,
  classOf,
  DIGIT,
  isAmbiguous,
  LEET,
  LEET_FIRST,
  LEET_SECOND,
  LETTER,
  MASK,
  SEPARATOR,
} from './characters.js';

/** The code of the one symbol that stands for everything between two words. */
export const BOUNDARY = 32;

/**
 * A plain text as word lists read it: words only, digits and signs inside words read as letters, single letters in a row
 * joined, repeated letters squeezed with their number kept. Each symbol knows its range in the plain text.
 *
 * The arrays are lent: they are good until the next view is made.
 */
export interface SymbolView {
  readonly length: number;
  /** One code a symbol; {@link BOUNDARY} between words. */
  readonly codes: Uint16Array;
  /** How often the letter stands there, at most 255. */
  readonly runs: Uint8Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Words of the plain text, as ranges. */
  readonly words: Words;
  /** Whether a second reading of ambiguous signs (1, 6, 7, 9, !, |) would differ. */
  readonly ambiguous: boolean;
  /** Whether a word holds a character that hides a letter. */
  readonly masked: boolean;
}

/** Words as parallel arrays. */
export interface Words {
  count: number;
  start: Int32Array;
  end: Int32Array;
  /** 1 where all of the word is one letter. */
  single: Uint8Array;
  /** 1 where the word has a letter, so that its digits are read as letters. */
  lettered: Uint8Array;
}

const JOIN_GAP = 3;
const DASHES: ReadonlySet<number> = new Set([45, 95, 61]);

class Scratch {
  codes = new Uint16Array(1024);
  runs = new Uint8Array(1024);
  from = new Int32Array(1024);
  to = new Int32Array(1024);
  words: Words = {
    count: 0,
    start: new Int32Array(512),
    end: new Int32Array(512),
    single: new Uint8Array(512),
    lettered: new Uint8Array(512),
  };

  fit(size: number): void {
    if (this.codes.length >= size) return;
    const room = Math.max(size, this.codes.length * 2);
    this.codes = new Uint16Array(room);
    this.runs = new Uint8Array(room);
    this.from = new Int32Array(room);
    this.to = new Int32Array(room);
    this.words = {
      count: 0,
      start: new Int32Array(room),
      end: new Int32Array(room),
      single: new Uint8Array(room),
      lettered: new Uint8Array(room),
    };
  }
}

const scratch = new Scratch();
const secondScratch = new Scratch();

function isWordStart(text: string, index: number, kind: number): boolean {
  if (kind === LETTER || kind === DIGIT) return true;
  if (kind !== LEET) return false;
  const code = text.charCodeAt(index);
  if (code !== 64 && code !== 36) return false;
  const next = index + 1 < text.length ? classOf(text.charCodeAt(index + 1)) : SEPARATOR;
  return next === LETTER || next === LEET;
}

/** Whether a sign inside a word belongs to it: it stands between two characters of the word, or closes it as `$` does. */
function continues(text: string, index: number, kind: number): boolean {
  if (kind === LETTER || kind === DIGIT) return true;
  if (kind !== LEET && kind !== APOSTROPHE) return false;
  const next = index + 1 < text.length ? classOf(text.charCodeAt(index + 1)) : SEPARATOR;
  if (kind === LEET && separatesLetters(text, index)) return false;
  if (next === LETTER || next === DIGIT) return true;
  if (kind === APOSTROPHE) return false;
  return text.charCodeAt(index) === 36 || (next === LEET && text.charCodeAt(index + 1) === 36);
}

/** Whether a sign stands between every two letters, as in `b+i+t`: then it separates and is no letter itself. */
function separatesLetters(text: string, index: number): boolean {
  const sign = text.charCodeAt(index);
  const between = (at: number) =>
    text.charCodeAt(at) === sign &&
    classOf(text.charCodeAt(at - 1)) === LETTER &&
    classOf(text.charCodeAt(at + 1)) === LETTER;
  return (
    between(index) &&
    ((index + 3 < text.length && between(index + 2)) || (index - 3 >= 0 && between(index - 2)))
  );
}

function findWords(text: string, words: Words): { ambiguous: boolean; masked: boolean } {
  let count = 0;
  let ambiguous = false;
  let masked = false;
  let index = 0;
  while (index < text.length) {
    const kind = classOf(text.charCodeAt(index));
    if (!isWordStart(text, index, kind)) {
      // A hyphen, underscore or equals sign may hide a letter too.
      if (kind === MASK || DASHES.has(text.charCodeAt(index))) masked = true;
      index += 1;
      continue;
    }
    const start = index;
    const first = text.charCodeAt(index);
    let single = true;
    let lettered = kind === LETTER;
    let signs = isAmbiguous(first);
    index += 1;
    while (index < text.length) {
      const code = text.charCodeAt(index);
      const next = classOf(code);
      if (!continues(text, index, next)) break;
      if (next === LETTER) lettered = true;
      if (code !== first) single = false;
      if (isAmbiguous(code)) signs = true;
      index += 1;
    }
    if (lettered && signs) ambiguous = true;
    words.start[count] = start;
    words.end[count] = index;
    words.single[count] = single ? 1 : 0;
    words.lettered[count] = lettered ? 1 : 0;
    count += 1;
  }
  words.count = count;
  return { ambiguous, masked };
}

/** Whether the words `at` and `at + 1` are single letters with little between them. */
function joins(words: Words, at: number): boolean {
  if (at + 1 >= words.count || words.single[at] === 0 || words.single[at + 1] === 0) return false;
  return words.start[at + 1]! - words.end[at]! <= JOIN_GAP;
}

/**
 * Makes the view in the first or second reading of ambiguous signs. Linear: every character is looked at a bounded number
 * of times.
 */
export function symbolView(text: string, reading: 'first' | 'second' = 'first'): SymbolView {
  const room = reading === 'first' ? scratch : secondScratch;
  room.fit(text.length * 2 + 2);
  const { codes, runs, from, to, words } = room;
  const leet = reading === 'first' ? LEET_FIRST : LEET_SECOND;
  const { ambiguous, masked } = findWords(text, words);
  let length = 0;
  let joinedTo = -1;
  for (let at = 0; at < words.count; at += 1) {
    if (length > 0 && joinedTo < at) {
      codes[length] = BOUNDARY;
      runs[length] = 1;
      from[length] = words.end[at - 1]!;
      to[length] = words.start[at]!;
      length += 1;
    }
    if (joinedTo < at && joins(words, at)) {
      let last = at + 1;
      while (joins(words, last)) last += 1;
      // Two letters in a row are initials, three and more are a word.
      if (last - at >= 2) joinedTo = last;
    }
    const joined = joinedTo >= at;
    const lettered = words.lettered[at] === 1 || joined;
    for (let index = words.start[at]!; index < words.end[at]!; index += 1) {
      let code = text.charCodeAt(index);
      if (code < 128) {
        if (code === 39) continue;
        if (lettered && leet[code] !== 0) code = leet[code]!;
        else if (code >= 65 && code <= 90) code += 32;
      } else if (code === 0x2019) continue;
      if (length > 0 && codes[length - 1] === code) {
        if (runs[length - 1]! < 255) runs[length - 1] = runs[length - 1]! + 1;
        to[length - 1] = index + 1;
        continue;
      }
      codes[length] = code;
      runs[length] = 1;
      from[length] = index;
      to[length] = index + 1;
      length += 1;
    }
  }
  return { length, codes, runs, from, to, words, ambiguous, masked };
}
