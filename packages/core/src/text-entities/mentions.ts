import type { TextRange } from './types.js';

const WORD = String.raw`\p{L}\p{M}\p{N}_`;
// Not inside a word, a path or a mail address, and not the first half of `@name@host`.
const MENTION = new RegExp(`(?<![${WORD}@＠/.])[@＠]([${WORD}]{1,64})(?![${WORD}@＠])`, 'gu');

/** Something that reads like a mention; whether the handle exists is for the resolver to say. */
export interface FoundMention extends TextRange {
  /** As it was written, without the `@`. */
  readonly handle: string;
}

/** The words behind an `@` in a text, in order, repeated ones included. */
export function findMentions(text: string): FoundMention[] {
  const found: FoundMention[] = [];
  for (const match of text.matchAll(MENTION)) {
    const handle = match[1] ?? '';
    found.push({ start: match.index, end: match.index + 1 + handle.length, handle });
  }
  return found;
}
