import { plainView } from '../../normalise/plain-view.js';
import { BOUNDARY, symbolView } from '../../normalise/symbol-view.js';
import { COMMON_WORDS } from './everyday-words.js';
import type { WordEntry, WordList } from './word-list.js';

/** What the automaton looks for: squeezed letters with how often each must stand there at least. */
export interface Pattern {
  readonly kind: 'term' | 'variant' | 'exception';
  readonly list: WordList;
  readonly entry: WordEntry;
  /** As it is written in full, lower case, without stars. */
  readonly surface: string;
  readonly codes: Uint16Array;
  readonly runs: Uint8Array;
  readonly openLeft: boolean;
  readonly openRight: boolean;
}

const VOWELS = /[aeiou]/g;

/** Letters exchanged, vowels left out or replaced by a neighbour in sound; never an everyday word. */
export function variantsOf(word: string): readonly string[] {
  const found = new Set<string>();
  if (/^[a-z]{4,}$/.test(word)) {
    for (let at = 1; at < word.length - 1; at += 1) {
      if (word[at] === word[at + 1]) continue;
      found.add(word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2));
    }
    for (let at = 1; at < word.length - 1; at += 1) {
      if (/[aeiou]/.test(word[at]!)) {
        if (word.length >= 5 || !/[aeiou]/.test(word.slice(at + 1)))
          found.add(word.slice(0, at) + word.slice(at + 1));
        // A mark put in for a vowel, as in "sh1t" with a letter that looks alike: v for u, y for i.
        if (word[at] === 'u') found.add(`${word.slice(0, at)}v${word.slice(at + 1)}`);
        if (word[at] === 'i') found.add(`${word.slice(0, at)}y${word.slice(at + 1)}`);
        if (word[at] === 'o' && word.length >= 5) found.add(`${word.slice(0, at)}u${word.slice(at + 1)}`);
      } else if (word.length >= 5 && word[at] !== word[at - 1] && word[at] !== word[at + 1]) {
        found.add(word.slice(0, at) + word.slice(at + 1));
      }
    }
    if (word.length >= 5) {
      const bare = word[0] + word.slice(1, -1).replace(VOWELS, '') + word.slice(-1);
      if (bare.length >= 3) found.add(bare);
    }
    for (const [sound, other] of [
      ['ph', 'f'],
      ['f', 'ph'],
      ['ck', 'k'],
      ['ck', 'kk'],
      ['ck', 'q'],
      ['ck', 'c'],
      ['c', 'k'],
      ['s', 'z'],
      ['er', 'a'],
      ['tch', 'ch'],
      ['i', 'ia'],
      ['i', 'ee'],
      ['u', 'oo'],
    ] as const) {
      if (word.includes(sound)) found.add(word.replace(sound, other));
    }
  }
  found.delete(word);
  return [...found].filter((variant) => variant.length >= 3 && !COMMON_WORDS.has(variant));
}

function patternOf(list: WordList, entry: WordEntry, kind: Pattern['kind'], written: string): Pattern | null {
  const openLeft = written.startsWith('*');
  const openRight = written.endsWith('*');
  const surface = plainView(written.slice(openLeft ? 1 : 0, openRight ? -1 : undefined)).text.trim();
  const { length, codes, runs } = symbolView(surface);
  if (length === 0 || (length === 1 && runs[0] === 1)) return null;
  return {
    kind,
    list,
    entry,
    surface,
    codes: codes.slice(0, length),
    runs: runs.slice(0, length),
    openLeft,
    openRight,
  };
}

/** All patterns of some lists. A term whose letters cannot be read as a word is left out. */
export function patternsOf(lists: readonly WordList[]): readonly Pattern[] {
  const patterns: Pattern[] = [];
  const add = (pattern: Pattern | null) => {
    if (pattern) patterns.push(pattern);
  };
  for (const list of lists) {
    for (const entry of list.entries) {
      const own = patternOf(list, entry, 'term', entry.term);
      add(own);
      for (const exception of entry.exceptions) add(patternOf(list, entry, 'exception', exception));
      if (!entry.variants || !own || own.codes.includes(BOUNDARY)) continue;
      for (const variant of variantsOf(own.surface)) add(patternOf(list, entry, 'variant', variant));
      const reversed = [...own.surface].reverse().join('');
      // Endings stand before a word that is written backwards.
      if (reversed.length >= 4 && !COMMON_WORDS.has(reversed))
        add(patternOf(list, entry, 'variant', `*${reversed}`));
    }
  }
  return patterns;
}
