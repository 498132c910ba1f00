import { entityAt } from './entities.js';
import { isTurned, lookAlike, onlyBesideLatin, turnedAscii } from './look-alikes.js';
import { drawnAt, mayDraw } from './sign-letters.js';

/** A range of the original text in UTF-16 units, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * A text as it is read rather than as it is encoded: entities decoded, bidirectional overrides resolved, compatibility forms,
 * accents, invisible characters and look-alikes folded, lower case. Digits and symbols stay.
 */
export interface PlainView {
  readonly original: string;
  readonly text: string;
  /** For each unit of `text`, where the original character begins; null when the offsets are the same. */
  readonly starts: Int32Array | null;
  /** For each unit of `text`, where the original character ends. */
  readonly ends: Int32Array | null;
  /** Units of the original that were looked at; equals its length. Tests count it instead of time. */
  readonly work: number;
}

const UNSEEN = /^(?:\p{Cf}|\p{Mn}|\p{Me})$/u;
/** Fillers and blanks that are drawn as nothing but count as letters or symbols. */
const FILLERS: ReadonlySet<string> = new Set(['\u3164', '\u115f', '\u1160', '\uffa0', '\u2800']);
const isInvisible = (char: string): boolean => UNSEEN.test(char) || FILLERS.has(char);
const LETTER = /^\p{L}$/u;
const NOT_ASCII = /\P{ASCII}/u;

/** What one character becomes: its folded form, or '' when it is not seen. Filled as characters are met, bounded. */
const folds = new Map<number, { readonly plain: string; readonly alike: string; readonly kind: Kind }>();
const MAX_FOLDS = 20_000;
enum KindOf {
  other = 0,
  latin = 1,
  foreign = 2,
}
type Kind = KindOf;

function foldOf(code: number): { readonly plain: string; readonly alike: string; readonly kind: Kind } {
  const known = folds.get(code);
  if (known) return known;
  const char = String.fromCodePoint(code);
  const fold = computeFold(code, char);
  if (folds.size >= MAX_FOLDS) folds.clear();
  folds.set(code, fold);
  return fold;
}

function computeFold(code: number, char: string) {
  if (isInvisible(char)) return { plain: '', alike: '', kind: KindOf.other };
  const direct = lookAlike(code) ?? lookAlike(char.toLowerCase().codePointAt(0)!);
  const decomposed = char.normalize('NFKD').toLowerCase();
  let bare = '';
  for (const part of decomposed) if (!isInvisible(part)) bare += part;
  // Syllables and the like stay composed: taking them apart tells a reader nothing.
  if (NOT_ASCII.test(bare)) bare = char.normalize('NFKC').toLowerCase().slice(0, 18);
  const first = bare.codePointAt(0);
  const alike = direct ?? (first !== undefined && bare.length === 1 ? lookAlike(first) : undefined) ?? bare;
  const latin = /^[a-z]+$/.test(bare);
  const kind = latin ? KindOf.latin : LETTER.test(char) ? KindOf.foreign : KindOf.other;
  // A symbol drawn like a letter has no word of its own script to be read in.
  if (kind === KindOf.other) return { plain: alike, alike, kind };
  if (code >= 0x1d00 || (code >= 0x250 && code <= 0x2af) || (code >= 0x80 && code <= 0x24f)) {
    return { plain: alike, alike, kind: KindOf.latin };
  }
  return { plain: bare, alike, kind };
}

/** Whether every unit is ASCII, none can begin an entity, and no letter is drawn with signs. */
function isPlainAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 127 || code === 38 || (mayDraw(code) && drawnAt(text, at) !== null)) return false;
  }
  return true;
}

/** The view of an ASCII text without entities: lower case, same offsets. */
function asciiView(original: string): PlainView {
  return { original, text: original.toLowerCase(), starts: null, ends: null, work: original.length };
}

/** One code unit of output with where it came from. */
class Output {
  private codes: Uint16Array;
  starts: Int32Array;
  ends: Int32Array;
  length = 0;

  constructor(capacity: number) {
    this.codes = new Uint16Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
  }

  push(value: string, start: number, end: number): void {
    if (this.length + value.length > this.codes.length) this.grow(value.length);
    for (let index = 0; index < value.length; index += 1) {
      this.codes[this.length] = value.charCodeAt(index);
      this.starts[this.length] = start;
      this.ends[this.length] = end;
      this.length += 1;
    }
  }

  private grow(by: number): void {
    const capacity = this.codes.length * 2 + by;
    const { codes, starts, ends } = this;
    this.codes = new Uint16Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
    this.codes.set(codes);
    this.starts.set(starts);
    this.ends.set(ends);
  }

  /** Turns round what was written since `from`, as a right-to-left override shows it. */
  reverse(from: number): void {
    this.codes.subarray(from, this.length).reverse();
    this.starts.subarray(from, this.length).reverse();
    this.ends.subarray(from, this.length).reverse();
  }

  toText(): string {
    let text = '';
    for (let from = 0; from < this.length; from += 8192) {
      text += String.fromCharCode(...this.codes.subarray(from, Math.min(from + 8192, this.length)));
    }
    return text;
  }
}

interface Unit {
  readonly code: number;
  readonly start: number;
  readonly end: number;
}

const RLO = 0x202e;
const CLOSES: ReadonlySet<number> = new Set([0x202c, 0x2069, 0x0a, 0x202d, 0x202a, 0x202b]);

let last: PlainView = asciiView('');

/**
 * Reads a text as {@link PlainView}. Works in time linear to the text; an ASCII text takes a fast path, and the text that was read
 * last is not read again.
 */
export function plainView(original: string): PlainView {
  if (original !== last.original)
    last = isPlainAscii(original) ? asciiView(original) : readCharacters(original);
  return last;
}

function readCharacters(original: string): PlainView {
  const output = new Output(original.length + 16);
  let word: Unit[] = [];
  let latin = false;
  let resolvable = true;
  let overrideFrom = -1;

  const flush = () => {
    const fold = latin || resolvable;
    const turned = word.filter(({ code }) => isTurned(code)).length >= 2;
    for (const { code, start, end } of word) {
      const { plain, alike } = foldOf(code);
      output.push((turned ? turnedAscii(code) : undefined) ?? (fold ? alike : plain), start, end);
    }
    word = [];
    latin = false;
    resolvable = true;
  };
  const add = (code: number, start: number, end: number) => {
    if (code < 128) {
      const letter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
      if (letter) {
        latin = true;
        word.push({ code, start, end });
        if (word.length >= 256) flush();
        return;
      }
      if (word.length > 0) flush();
      output.push(String.fromCharCode(code), start, end);
      return;
    }
    if (code === RLO) {
      flush();
      if (overrideFrom === -1) overrideFrom = output.length;
      return;
    }
    if (CLOSES.has(code) && overrideFrom !== -1) {
      flush();
      output.reverse(overrideFrom);
      overrideFrom = -1;
      if (code !== 0x0a) return;
    }
    const { plain, alike, kind } = foldOf(code);
    if (kind === KindOf.other) {
      if (plain === '') return;
      if (alike.length === 1 && alike >= 'a' && alike <= 'z') {
        word.push({ code, start, end });
      } else {
        flush();
        output.push(plain, start, end);
      }
      return;
    }
    if (kind === KindOf.latin) latin = true;
    else if (alike === plain || onlyBesideLatin(lowerOf(code))) resolvable = false;
    word.push({ code, start, end });
    if (word.length >= 256) flush();
  };

  let index = 0;
  while (index < original.length) {
    if (original.charCodeAt(index) === 38) {
      const entity = entityAt(original, index);
      if (entity) {
        for (const char of entity.value) add(char.codePointAt(0)!, index, index + entity.length);
        index += entity.length;
        continue;
      }
    }
    const drawn = drawnAt(original, index);
    if (drawn) {
      add(drawn.value.charCodeAt(0), index, index + drawn.length);
      index += drawn.length;
      continue;
    }
    const code = original.codePointAt(index)!;
    const size = code > 0xffff ? 2 : 1;
    // The second half of a folded letter written as letter and mark belongs to the letter: the mark is simply not seen.
    add(code, index, index + size);
    index += size;
  }
  flush();
  if (overrideFrom !== -1) output.reverse(overrideFrom);
  return {
    original,
    text: output.toText(),
    starts: output.starts.subarray(0, output.length),
    ends: output.ends.subarray(0, output.length),
    work: original.length,
  };
}

function lowerOf(code: number): number {
  return String.fromCodePoint(code).toLowerCase().codePointAt(0)!;
}

/**
 * Where a range of a view lies in the original. In a text that an override turned round the range is the smallest that
 * holds all its characters.
 */
export function spanInOriginal(view: PlainView, start: number, end: number): Span {
  if (view.starts === null || view.ends === null) return { start, end };
  let from = Number.POSITIVE_INFINITY;
  let to = 0;
  for (let index = start; index < end; index += 1) {
    from = Math.min(from, view.starts[index]!);
    to = Math.max(to, view.ends[index]!);
  }
  return from <= to ? { start: from, end: to } : { start: 0, end: 0 };
}
