import type { PlainView } from '../../normalise/plain-view.js';
import type { SymbolView } from '../../normalise/symbol-view.js';
import { COMMON_WORDS } from './everyday-words.js';
import type { WordHit } from './match.js';
import type { Pattern } from './patterns.js';

/** Words that are looked for in two pieces. */
export interface SplitIndex {
  /** By how they are written. */
  readonly words: ReadonlyMap<string, Pattern>;
  /** Their first two letters as one number: most pairs of neighbours are told apart by these. */
  readonly starts: ReadonlySet<number>;
}

const startOf = (text: string, at: number): number => (text.charCodeAt(at) << 16) | text.charCodeAt(at + 1);

const LONGEST_PIECE = 7;
const GAP = 3;

/** Terms of four to twelve letters that are not mild, with their plain endings. */
export function splitIndex(patterns: readonly Pattern[]): SplitIndex {
  const words = new Map<string, Pattern>();
  for (const pattern of patterns) {
    if (pattern.kind !== 'term' || pattern.entry.severity === 1 || !/^[a-z]{4,12}$/.test(pattern.surface))
      continue;
    for (const ending of ['', 's', 'es', 'er', 'ed', 'ing', 'in']) {
      const written = pattern.surface + ending;
      if (!words.has(written)) words.set(written, pattern);
    }
  }
  return { words, starts: new Set([...words.keys()].map((written) => startOf(written, 0))) };
}

/**
 * Finds `fu ck` and `bi.tch`: two neighbours that are one listed word together, when neither is a single letter and one of
 * them is no everyday word. Returns the steps it took.
 */
export function splitHits(
  view: PlainView,
  { words }: SymbolView,
  index: SplitIndex,
  found: { push(hit: WordHit & { exception: false }): unknown },
): number {
  const { text } = view;
  let hits = 0;
  for (let at = 0; at + 1 < words.count; at += 1) {
    const start = words.start[at]!;
    const middle = words.end[at]!;
    const again = words.start[at + 1]!;
    const end = words.end[at + 1]!;
    if (middle - start > LONGEST_PIECE || end - again > LONGEST_PIECE || again - middle > GAP) continue;
    if (middle - start < 2 || end - again < 2 || end - again + middle - start < 4) continue;
    if (!index.starts.has(startOf(text, start))) continue;
    const left = text.slice(start, middle);
    const right = text.slice(again, end);
    const pattern = index.words.get(left + right);
    if (!pattern || hits >= 32 || (COMMON_WORDS.has(left) && COMMON_WORDS.has(right))) continue;
    // The word may stand there whole already, as in "shit ty".
    if (left.length >= pattern.surface.length || text.slice(middle, again).includes('\n')) continue;
    found.push({ pattern, start, end, evaded: true, glued: false, exception: false });
    hits += 1;
  }
  return words.count;
}
