import { countCharacters } from '../kernel/text.js';
import { MAX_HASHTAG_LENGTH, type TextRange } from './types.js';

/**
 * The form a hashtag is stored, followed and searched under: NFKC and lower case, without the leading `#`. Idempotent.
 */
export const canonicalHashtag = (tag: string): string =>
  tag
    .replace(/^[#＃]/u, '')
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC');

// Word characters of Unicode's hashtag identifiers (UTS 31), with the joiners and middle dots some scripts need inside.
const WORD = String.raw`\p{L}\p{M}\p{N}\p{Pc}`;
const TAG = new RegExp(`(?<![${WORD}&/#＃])[#＃]([${WORD}][${WORD}\\u00B7\\u30FB\\u200C\\u200D]*)`, 'gu');

/** A hashtag found in a text; the range includes the `#`. */
export interface FoundHashtag extends TextRange {
  readonly tag: string;
}

/** Whether a canonical tag is one: 1 to {@link MAX_HASHTAG_LENGTH} word characters, a letter among them. */
export const isHashtag = (tag: string): boolean =>
  /\p{L}/u.test(tag) &&
  new RegExp(`^[${WORD}][${WORD}\\u00B7\\u30FB\\u200C\\u200D]*$`, 'u').test(tag) &&
  countCharacters(tag) <= MAX_HASHTAG_LENGTH;

/** The hashtags in a text, in order, repeated ones included. Numbers alone (`#1`) are none. */
export function findHashtags(text: string): FoundHashtag[] {
  const found: FoundHashtag[] = [];
  for (const match of text.matchAll(TAG)) {
    // A dot or joiner at the end belongs to the sentence, not to the tag.
    const word = (match[1] ?? '').replace(/[\u00B7\u30FB\u200C\u200D]+$/u, '');
    const tag = canonicalHashtag(word);
    if (isHashtag(tag)) found.push({ start: match.index, end: match.index + 1 + word.length, tag });
  }
  return found;
}
