import { countCharacters, line } from '../kernel/text.js';
import { canonicalHashtag, isHashtag } from '../text-entities/hashtags.js';

/** Characters of a muted word or phrase, at most. */
export const MAX_MUTED_WORD = 100;

/**
 * The one form in which words are stored and compared: NFKC, lower case, single spaces, without a leading `#`.
 * Idempotent.
 */
export const canonicalWord = (text: string): string => {
  const folded = text.normalize('NFKC').toLowerCase().normalize('NFKC');
  return folded
    .replace(/\s+/gu, ' ')
    .replace(/^[\s#]+/u, '')
    .trimEnd();
};

/** A word or phrase to mute; comes out canonical. */
export const mutedWordSchema = line(MAX_MUTED_WORD, 1)
  .transform(canonicalWord)
  .refine((word) => word.length > 0 && countCharacters(word) <= MAX_MUTED_WORD, {
    message: `must have 1 to ${MAX_MUTED_WORD} characters besides # and spaces`,
  });

/** A hashtag with or without its `#`; comes out canonical. */
export const hashtagSchema = line(101, 1)
  .transform(canonicalHashtag)
  .refine(isHashtag, { message: 'must be a hashtag: letters, digits and underscores, a letter among them' });

// Scripts written without spaces: a word may begin and end inside a run of letters.
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const WORDLIKE = /[\p{L}\p{N}\p{M}_]/u;
const BEFORE = '(?<![\\p{L}\\p{N}\\p{M}_])';
const AFTER = '(?![\\p{L}\\p{N}\\p{M}_])';

const pattern = (word: string): string => {
  const bound = (char: string, boundary: string) =>
    WORDLIKE.test(char) && !UNSPACED.test(char) ? boundary : '';
  const chars = [...word];
  const escaped = word.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&').replaceAll(' ', '\\s+');
  return `${bound(chars[0] ?? '', BEFORE)}${escaped}${bound(chars.at(-1) ?? '', AFTER)}`;
};

/**
 * Tells texts that contain one of the words as a whole word; in scripts written without spaces, anywhere. Case,
 * width and compatibility forms do not matter, and a word also matches as a hashtag.
 *
 * @param words canonical words, as the store holds them
 * @returns a function over texts such as a post's text, content warning and tags; build it once per reader
 */
export function createWordFilter(words: readonly string[]): (texts: readonly string[]) => boolean {
  if (words.length === 0) return () => false;
  const any = new RegExp(words.map(pattern).join('|'), 'u');
  return (texts) => texts.some((text) => any.test(text.normalize('NFKC').toLowerCase().normalize('NFKC')));
}
