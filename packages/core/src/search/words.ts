import { canonicalHashtag } from '../text-entities/index.js';
import { MAX_QUERY_WORDS } from './types.js';

/** Blanks, and everything of ASCII that is neither letter nor digit; the databases cut texts at the same characters. */
const SEPARATORS = /[\s!-/:-@[-`{-~]+/gu;
/** Characters of a word that count. */
const MAX_WORD = 64;
/** A query shorter than this looks like too much. */
const ALIKE_FROM = 4;

/** Text as it is compared: NFKC, lower case, words apart by one space. */
export const searchKey = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replace(SEPARATORS, ' ').trim();

/** The distinct words of a text in order: letters, marks and digits of any script, lower case. */
export const searchWords = (text: string): string[] => [
  ...new Set(searchKey(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? []),
];

/** The words of a query that count. */
export const queryWords = (query: string): string[] =>
  searchWords(query)
    .map((word) => Array.from(word).slice(0, MAX_WORD).join(''))
    .slice(0, MAX_QUERY_WORDS);

/** Three characters at a time of each word with two spaces before it: what beginnings and look-alikes are found by. */
export const gramsOf = (words: readonly string[]): string[] => {
  const grams = new Set<string>();
  for (const word of words) {
    const padded = Array.from(`  ${word}`);
    for (let at = 0; at + 3 <= padded.length; at++) grams.add(padded.slice(at, at + 3).join(''));
  }
  return [...grams].sort();
};

/** How a query for accounts is asked. */
export interface AccountQuery {
  /** The query as a handle: without `@` and blanks around it. */
  readonly handle: string;
  readonly words: readonly string[];
  readonly grams: readonly string[];
  /**
   * When something looks alike: it shares at least `shared` grams, and therefore one of `anyOf`, which are the rarer ones.
   * Null where the query is too short to say.
   */
  readonly alike: { readonly shared: number; readonly anyOf: readonly string[] } | null;
}

/** How many grams make a likeness: half of them, and three. Who shares that many has one of any others but so many. */
function alikeOf(grams: readonly string[]): AccountQuery['alike'] {
  const shared = Math.max(3, Math.ceil(grams.length / 2));
  // Beginnings of words are what most names have in common.
  const rarest = [...grams].sort((a, b) => Number(a.startsWith(' ')) - Number(b.startsWith(' ')));
  return { shared, anyOf: rarest.slice(0, grams.length - shared + 1) };
}

/** Reads a query for accounts; null where there is nothing to look for. */
export function accountQuery(query: string): AccountQuery | null {
  const words = queryWords(query);
  if (words.length === 0) return null;
  const grams = gramsOf(words);
  const handle = query
    .trim()
    .replace(/^[@＠]/u, '')
    .normalize('NFKC')
    .toLowerCase();
  const isLong = words.some((word) => Array.from(word).length >= ALIKE_FROM);
  return { handle, words, grams, alike: isLong ? alikeOf(grams) : null };
}

/** The beginning of a hashtag a query asks for; empty where there is none. */
export const hashtagPrefix = (query: string): string => canonicalHashtag(query.trim());
