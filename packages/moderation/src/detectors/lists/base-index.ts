import { baseList } from './base-list.js';
import type { WordIndex } from './match.js';
import { compileWordIndex } from './word-index.js';

let index: WordIndex | undefined;

/** The package's own list, compiled when it is first needed. */
export const baseWordIndex = (): WordIndex => {
  index ??= compileWordIndex([baseList]);
  return index;
};
