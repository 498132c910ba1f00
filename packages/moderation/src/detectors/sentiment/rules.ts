import type { Span } from '../../normalise/plain-view.js';
import { RATED_TERMS } from './lexicon.js';
import { BOOSTERS, IDIOMS, NEGATIONS, PICTURES } from './rule-words.js';

/**
 * How a text sounds, by the rules that Hutto and Gilbert published as VADER (ICWSM 2014): rated words; negation, degree words,
 * capitals, `but`, exclamation and question marks change their weight.
 */
export interface Sentiment {
  /** -1 to 1. */
  readonly compound: number;
  /** The rated words that pulled, with how much; in order. */
  readonly words: readonly { readonly span: Span; readonly valence: number }[];
}

const BOOST_CAPITALS = 0.733;
const NEGATED = -0.74;
/** Sum of squares at which the score reaches half of its range. */
const HALF = 15;
/** Words looked at; more of them do not change how a text sounds. */
const MOST_WORDS = 4_000;

const ratings = new Map<string, number>();
for (const [tenths, terms] of RATED_TERMS)
  for (const term of terms.split(' ')) ratings.set(term, tenths / 10);

/** Every word that can have a valence: most words of a text are looked up only here. */
const pulls: ReadonlySet<string> = new Set([...ratings.keys(), ...PICTURES.keys()]);

interface Word {
  readonly start: number;
  readonly end: number;
  readonly written: string;
  readonly lower: string;
}

/** Whether a unit is a sign of ASCII. */
const isSign = (code: number): boolean =>
  (code >= 33 && code <= 47) ||
  (code >= 58 && code <= 64) ||
  (code >= 91 && code <= 96) ||
  (code >= 123 && code <= 126);
const isBlank = (code: number): boolean =>
  code === 32 ||
  (code >= 9 && code <= 13) ||
  code === 0xa0 ||
  code === 0x2028 ||
  code === 0x2029 ||
  code === 0x3000;
const startsWithLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122;

function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < text.length && words.length < MOST_WORDS) {
    if (isBlank(text.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const from = at;
    let pictures = false;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (isBlank(code)) break;
      if (code >= 0x2600) pictures = true;
      at += 1;
    }
    let start = from;
    let end = at;
    // Faces made of signs stay whole; everything else loses the signs around it.
    const face = isSign(text.charCodeAt(from)) || isSign(text.charCodeAt(at - 1));
    const whole =
      face && !startsWithLetter(text.charCodeAt(from)) && ratings.has(text.slice(from, at).toLowerCase());
    if (face && !whole) {
      while (start < end && isSign(text.charCodeAt(start))) start += 1;
      while (end > start && isSign(text.charCodeAt(end - 1))) end -= 1;
      if (end - start < 2 && at - from <= 3) {
        start = from;
        end = at;
      }
    }
    if (end > start) {
      const written = text.slice(start, end);
      words.push({ start, end, written, lower: written.toLowerCase() });
    }
    if (pictures) addPictures(text, from, at, words);
  }
  return words;
}

function addPictures(text: string, from: number, to: number, words: Word[]): void {
  for (let at = from; at < to; at += 1) {
    const code = text.codePointAt(at)!;
    if (code < 0x2600) continue;
    const size = code > 0xffff ? 2 : 1;
    const picture = String.fromCodePoint(code);
    if (PICTURES.has(picture) && words.length < MOST_WORDS) {
      words.push({ start: at, end: at + size, written: picture, lower: picture });
    }
    at += size - 1;
  }
}

const isUpper = ({ written, lower }: Word): boolean =>
  written.length > 1 && written !== lower && written === written.toUpperCase();
const isNegation = (word: string): boolean => NEGATIONS.has(word) || word.endsWith("n't");

/** Scores a text. Linear in its length. */
export function sentimentOf(text: string): Sentiment {
  const words = wordsOf(text);
  let upper = 0;
  for (const word of words) if (isUpper(word)) upper += 1;
  const mixed = upper > 0 && upper < words.length;
  const valences = words.map((_, at) => valenceAt(words, at, mixed));
  const but = words.findIndex(({ lower }) => lower === 'but');
  if (but !== -1) {
    for (let at = 0; at < valences.length; at += 1) {
      if (at < but) valences[at]! *= 0.5;
      else if (at > but) valences[at]! *= 1.5;
    }
  }
  let sum = 0;
  const pulled: { span: Span; valence: number }[] = [];
  words.forEach(({ start, end }, at) => {
    const valence = valences[at]!;
    if (valence === 0) return;
    sum += valence;
    pulled.push({ span: { start, end }, valence });
  });
  if (sum !== 0) sum += Math.sign(sum) * emphasis(text);
  return {
    compound: sum === 0 ? 0 : Math.max(-1, Math.min(1, sum / Math.sqrt(sum * sum + HALF))),
    words: pulled,
  };
}

function emphasis(text: string): number {
  let exclamations = 0;
  let questions = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 33) exclamations += 1;
    else if (code === 63) questions += 1;
  }
  return Math.min(exclamations, 4) * 0.292 + (questions > 3 ? 0.96 : questions > 1 ? questions * 0.18 : 0);
}

function valenceAt(words: readonly Word[], at: number, mixed: boolean): number {
  const { lower, written } = words[at]!;
  if (!pulls.has(lower)) return 0;
  if (BOOSTERS.has(lower) || (lower === 'kind' && words[at + 1]?.lower === 'of')) return 0;
  let valence = ratings.get(lower) ?? PICTURES.get(written) ?? 0;
  if (valence === 0) return 0;
  if (lower === 'no' && ratings.has(words[at + 1]?.lower ?? '')) return 0;
  if (before(words, at, 1) === 'no' || before(words, at, 2) === 'no') valence *= NEGATED;
  if (mixed && isUpper(words[at]!)) valence += Math.sign(valence) * BOOST_CAPITALS;
  for (let back = 1; back <= 3; back += 1) {
    const other = words[at - back];
    if (!other || ratings.has(other.lower)) continue;
    valence += boost(other, valence, mixed) * (back === 2 ? 0.95 : back === 3 ? 0.9 : 1);
    valence = negated(words, at, back, valence);
    if (back === 3) valence = idiom(words, at, valence);
  }
  return leastBefore(words, at) ? valence * NEGATED : valence;
}

const before = (words: readonly Word[], at: number, back: number): string => words[at - back]?.lower ?? '';

function boost(word: Word, valence: number, mixed: boolean): number {
  const amount = BOOSTERS.get(word.lower);
  if (amount === undefined) return 0;
  const signed = valence < 0 ? -amount : amount;
  return mixed && isUpper(word) ? signed + Math.sign(valence) * BOOST_CAPITALS : signed;
}

function negated(words: readonly Word[], at: number, back: number, valence: number): number {
  const word = before(words, at, back);
  // "Never so good" is praise.
  if (back > 1 && word === 'never') {
    const next = [before(words, at, back - 1), before(words, at, 1)];
    if (next.some((other) => other === 'so' || other === 'this')) return valence * 1.25;
  }
  if (word === 'without' && before(words, at, back - 1) === 'doubt') return valence;
  return isNegation(word) ? valence * NEGATED : valence;
}

function leastBefore(words: readonly Word[], at: number): boolean {
  if (before(words, at, 1) !== 'least' || ratings.has('least')) return false;
  const other = before(words, at, 2);
  return other !== 'at' && other !== 'very';
}

/** Words that an idiom begins with. */
const idiomStarts: ReadonlySet<string> = new Set([...IDIOMS.keys()].map((phrase) => phrase.split(' ')[0]!));

function idiom(words: readonly Word[], at: number, valence: number): number {
  for (let from = Math.max(0, at - 3); from <= at; from += 1) {
    if (!idiomStarts.has(words[from]!.lower)) continue;
    for (let length = 2; length <= 3; length += 1) {
      if (from + length <= at || from + length > words.length) continue;
      const phrase = words
        .slice(from, from + length)
        .map(({ lower }) => lower)
        .join(' ');
      const known = IDIOMS.get(phrase);
      if (known !== undefined) return known;
    }
  }
  return valence;
}
