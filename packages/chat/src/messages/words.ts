/** Letters of a word that count at most. */
const MAX_WORD = 64;
/** Distinct words of a text that can be found at most. */
const MAX_WORDS = 1000;

/**
 * The words of a text, as search knows them: runs of letters, marks and digits, in one case and in compatibility form,
 * distinct, in order of appearance. Every back-end finds by these, so that all find the same. Whatever is no word, operators
 * and quotes of any query language included, only separates.
 */
export function wordsOf(text: string): readonly string[] {
  const words = new Set<string>();
  for (const [word] of text
    .normalize('NFKC')
    .toLowerCase()
    .matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    words.add([...word].slice(0, MAX_WORD).join(''));
    if (words.size === MAX_WORDS) break;
  }
  return [...words];
}

/** Whether a text with these words is found by those: all of them, the last one as a beginning. */
export function holdsWords(words: readonly string[], asked: readonly string[]): boolean {
  const held = new Set(words);
  const last = asked.at(-1);
  if (last === undefined) return false;
  return asked.slice(0, -1).every((word) => held.has(word)) && words.some((word) => word.startsWith(last));
}
