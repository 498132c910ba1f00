import { compileAutomaton } from './automaton.js';
import { maskIndex } from './masks.js';
import type { WordIndex } from './match.js';
import { patternsOf } from './patterns.js';
import { splitIndex } from './split-words.js';
import type { WordList } from './word-list.js';

/**
 * Compiles lists into one index.
 *
 * @throws word_list.too_large
 */
export function compileWordIndex(lists: readonly WordList[]): WordIndex {
  const patterns = patternsOf(lists);
  return { automaton: compileAutomaton(patterns), masks: maskIndex(patterns), splits: splitIndex(patterns) };
}
