import { classOf, DIGIT, LEET, LEET_FIRST, LETTER, MASK } from '../../normalise/characters.js';
import type { PlainView } from '../../normalise/plain-view.js';
import { ENDINGS } from './everyday-words.js';
import type { WordHit } from './match.js';
import type { Pattern } from './patterns.js';

/** Words that are looked for behind `*`, `#`, `-` and the like, by their first letter. */
export type MaskIndex = ReadonlyMap<number, readonly Pattern[]>;

const LONGEST = 24;
const DASHES = '-_.=/·•…&'.split('').map((sign) => sign.charCodeAt(0));

/** Terms of four letters or more that are not mild. */
export function maskIndex(patterns: readonly Pattern[]): MaskIndex {
  const index = new Map<number, Pattern[]>();
  for (const pattern of patterns) {
    if (pattern.kind !== 'term' || pattern.entry.severity === 1 || !/^[a-z]{4,}$/.test(pattern.surface))
      continue;
    const code = pattern.surface.charCodeAt(0);
    const known = index.get(code);
    if (known) known.push(pattern);
    else index.set(code, [pattern]);
  }
  return index;
}

const hides = (code: number): boolean => classOf(code) === MASK || DASHES.includes(code);

/**
 * Finds `f**k`, `sh#t` and `b****`: a word with some of its letters hidden, each behind one sign. The first letter and
 * the length must agree, and one more letter unless stars alone hide the rest. Returns the steps it took.
 */
export function maskedHits(
  view: PlainView,
  index: MaskIndex,
  found: { push(hit: WordHit & { exception: false }): unknown },
): number {
  const { text } = view;
  let steps = 0;
  let at = 0;
  let hits = 0;
  while (at < text.length) {
    const kind = classOf(text.charCodeAt(at));
    if (kind !== LETTER && kind !== LEET) {
      at += 1;
      continue;
    }
    let end = at;
    let masks = 0;
    while (end < text.length) {
      const code = text.charCodeAt(end);
      const next = classOf(code);
      if (next === MASK || (DASHES.includes(code) && end > at)) masks += 1;
      else if (next !== LETTER && next !== DIGIT && next !== LEET) break;
      end += 1;
    }
    steps += end - at;
    if (masks > 0 && end - at <= LONGEST && hits < 64) {
      const word = text.slice(at, end);
      for (const pattern of index.get(text.charCodeAt(at)) ?? []) {
        steps += 1;
        const length = covers(word, pattern.surface);
        if (length > 0) {
          found.push({ pattern, start: at, end: at + length, evaded: true, glued: false, exception: false });
          hits += 1;
          break;
        }
      }
    }
    at = end;
  }
  return steps;
}

/** How many characters of `word` the term takes, 0 when it is not that term. */
function covers(word: string, term: string): number {
  if (word.length < term.length) return 0;
  let letters = 0;
  let hidden = 0;
  let stars = true;
  for (let at = 0; at < term.length; at += 1) {
    const code = word.charCodeAt(at);
    if (code === term.charCodeAt(at) || (code < 128 && LEET_FIRST[code] === term.charCodeAt(at)))
      letters += 1;
    else if (hides(code)) {
      hidden += 1;
      if (code !== 42) stars = false;
    } else return 0;
  }
  if (hidden === 0 || (letters < 2 && !(stars && term.length <= 5))) return 0;
  if (hidden > 1 && letters < 2 && !stars) return 0;
  const rest = word.slice(term.length);
  const ending = rest.replace(/[-_.=/·•…&*#%^~?!]+$/, '');
  return ending === '' || ENDINGS.includes(ending) ? term.length + ending.length : 0;
}
