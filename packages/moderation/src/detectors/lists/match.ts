import { type PlainView, spanInOriginal } from '../../normalise/plain-view.js';
import { BOUNDARY, type SymbolView, symbolView } from '../../normalise/symbol-view.js';
import type { Automaton } from './automaton.js';
import { COMMON_WORDS, ENDINGS, SHORT_GLUE } from './everyday-words.js';
import type { MaskIndex } from './masks.js';
import { maskedHits } from './masks.js';
import type { Pattern } from './patterns.js';
import { type SplitIndex, splitHits } from './split-words.js';

/** A listed word found in a text. Offsets are of the plain view. */
export interface WordHit {
  readonly pattern: Pattern;
  readonly start: number;
  readonly end: number;
  /** The word is not written there as it is listed: it was found only after folding. */
  readonly evaded: boolean;
  /** It stands inside a longer word. */
  readonly glued: boolean;
}

/** What {@link findWords} needs, compiled once for all lists. */
export interface WordIndex {
  readonly automaton: Automaton;
  readonly masks: MaskIndex;
  readonly splits: SplitIndex;
}

/** Hits a text gives at most; more of the same tell nothing new. */
export const MAX_HITS = 256;
const LONGEST_GLUE = 12;

// Squeezed as the symbols are.
const squeeze = (word: string): string => word.replace(/(.)\1+/g, '$1');
const endings: ReadonlySet<string> = new Set(ENDINGS.map(squeeze));
const glue: ReadonlySet<string> = new Set(
  [...COMMON_WORDS].filter((word) => word.length >= 3 || SHORT_GLUE.has(word)).map(squeeze),
);
const afterEnding = (rest: string): boolean =>
  ENDINGS.some((ending) => rest.startsWith(squeeze(ending)) && glue.has(rest.slice(squeeze(ending).length)));

interface Found extends WordHit {
  readonly exception: boolean;
}

/** Counts steps; tests hold its growth against the length of the text. */
export interface Effort {
  steps: number;
}

/**
 * The listed words of a text, in order of their beginning. Linear in the text: every step of the automaton is one look-up,
 * and what surrounds a hit is looked at for {@link LONGEST_GLUE} symbols at most.
 */
export function findWords(
  view: PlainView,
  index: WordIndex,
  effort: Effort = { steps: 0 },
): readonly WordHit[] {
  const symbols = symbolView(view.text);
  const found: Found[] = [];
  scan(view, symbols, index.automaton, found, effort);
  effort.steps += splitHits(view, symbols, index.splits, found);
  if (symbols.masked) effort.steps += maskedHits(view, index.masks, found);
  if (symbols.ambiguous) scan(view, symbolView(view.text, 'second'), index.automaton, found, effort);
  return settle(found);
}

function scan(
  view: PlainView,
  symbols: SymbolView,
  automaton: Automaton,
  found: Found[],
  effort: Effort,
): void {
  const { codes, length } = symbols;
  const { next, columns, first, output, following, patterns } = automaton;
  let state = 0;
  for (let at = 0; at < length; at += 1) {
    state = next[state * columns + automaton.column(codes[at]!)]!;
    for (let out = first[state]!; out !== -1; out = following[out]!) {
      effort.steps += 1;
      if (found.length >= MAX_HITS) break;
      const hit = verify(view, symbols, patterns[output[out]!]!, at);
      if (hit) found.push(hit);
    }
  }
  effort.steps += length;
}

function verify(view: PlainView, symbols: SymbolView, pattern: Pattern, last: number): Found | null {
  const { codes, runs, from, to, length } = symbols;
  const count = pattern.codes.length;
  const begin = last - count + 1;
  for (let at = 0; at < count; at += 1) {
    if (runs[begin + at]! < pattern.runs[at]!) return null;
  }
  const leftBound = begin === 0 || codes[begin - 1] === BOUNDARY;
  const rightBound = last === length - 1 || codes[last + 1] === BOUNDARY;
  let glued = false;
  if (!leftBound || !rightBound) {
    if (!surrounds(symbols, pattern, begin, last, leftBound, rightBound)) return null;
    glued = !leftBound || (!rightBound && !endings.has(restAfter(symbols, last) ?? ''));
  }
  const start = from[begin]!;
  const end = to[last]!;
  return {
    pattern,
    start,
    end,
    exception: pattern.kind === 'exception',
    evaded: pattern.kind === 'variant' || !writtenAsListed(view, pattern, start, end),
    glued,
  };
}

function writtenAsListed(view: PlainView, pattern: Pattern, start: number, end: number): boolean {
  const { surface } = pattern;
  if (end - start !== surface.length && !surface.includes(' ')) return false;
  const span = spanInOriginal(view, start, end);
  const written = view.original.slice(span.start, span.end).toLowerCase();
  return written === surface || (surface.includes(' ') && written.replace(/\s+/g, ' ') === surface);
}

function restAfter(symbols: SymbolView, last: number): string | null {
  let end = last + 1;
  while (end < symbols.length && symbols.codes[end] !== BOUNDARY) {
    if (end - last > LONGEST_GLUE) return null;
    end += 1;
  }
  return String.fromCharCode(...symbols.codes.subarray(last + 1, end));
}

function restBefore(symbols: SymbolView, begin: number): string | null {
  let start = begin;
  while (start > 0 && symbols.codes[start - 1] !== BOUNDARY) {
    if (begin - start >= LONGEST_GLUE) return null;
    start -= 1;
  }
  return String.fromCharCode(...symbols.codes.subarray(start, begin));
}

/** Whether what stands before and after inside the same word leaves the pattern what it is. */
function surrounds(
  symbols: SymbolView,
  pattern: Pattern,
  begin: number,
  last: number,
  leftBound: boolean,
  rightBound: boolean,
): boolean {
  const leftFree = leftBound || pattern.openLeft;
  const rightFree = rightBound || pattern.openRight;
  if (leftFree && rightFree) return true;
  if (pattern.kind === 'exception' || pattern.entry.exact) return false;
  if (pattern.kind === 'variant' && !leftBound) return false;
  if (!leftFree) {
    const before = restBefore(symbols, begin);
    if (before === null || !glue.has(before)) return false;
  }
  if (!rightFree) {
    const after = restAfter(symbols, last);
    if (after === null) return false;
    if (endings.has(after)) return true;
    if (pattern.kind === 'variant') return false;
    return glue.has(after) || afterEnding(after);
  }
  return true;
}

/** Drops what an exception covers and what is found twice; longest first where two hits begin together. */
function settle(found: readonly Found[]): readonly WordHit[] {
  if (found.length === 0) return [];
  const exceptions = found.filter(({ exception }) => exception);
  const hits = found.filter(
    (hit) =>
      !hit.exception &&
      !exceptions.some(
        (other) =>
          other.pattern.entry === hit.pattern.entry && other.start <= hit.start && other.end >= hit.end,
      ),
  );
  hits.sort((a, b) => a.start - b.start || b.end - a.end || Number(a.evaded) - Number(b.evaded));
  const kept: WordHit[] = [];
  for (const hit of hits) {
    const same = kept.findIndex(
      (other) => other.pattern.list === hit.pattern.list && other.start <= hit.start && other.end >= hit.end,
    );
    if (same === -1) kept.push(hit);
  }
  return kept;
}
