import { invalid } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import { resolveFormatting } from './formatting.js';
import { findHashtags } from './hashtags.js';
import { findLinks } from './links.js';
import { type FoundMention, findMentions } from './mentions.js';
import { type Formatting, MAX_HASHTAGS, MAX_MENTIONS, type TextEntity, type TextRange } from './types.js';

/** What a text says before anybody has looked up who is mentioned. */
export interface TextReading {
  /** Hashtags, links and styles. */
  readonly entities: readonly TextEntity[];
  /** Candidates: become entities by {@link withMentions} when their handles belong to somebody. */
  readonly mentions: readonly FoundMention[];
}

/** A mentioned account. */
export interface MentionedAccount {
  readonly id: Id;
  /** Its handle as the account shows it. */
  readonly handle: string;
}

const overlaps = (a: TextRange, b: TextRange): boolean => a.start < b.end && b.start < a.end;

const inOrder = (entities: readonly TextEntity[]): TextEntity[] =>
  [...entities].sort((a, b) => a.start - b.start || b.end - a.end || (a.type < b.type ? -1 : 1));

/**
 * Reads hashtags, links, mentions and formatting out of a text. The text itself is never changed.
 *
 * Code is verbatim: nothing is recognised inside it. The author's own links win over found ones, links over hashtags and
 * mentions inside them.
 * @throws text.invalid_formatting, text.too_many_hashtags, text.too_many_mentions (validation)
 */
export function readText(text: string, formatting: readonly Formatting[] = []): TextReading {
  const given = resolveFormatting(text, formatting);
  const closed = given.filter((entity) => entity.type === 'code' || entity.type === 'link');
  const open = <R extends TextRange>(found: readonly R[], taken: readonly TextRange[]): R[] =>
    found.filter((range) => !taken.some((other) => overlaps(range, other)));

  const links = open(findLinks(text), closed).map((link): TextEntity => ({ type: 'link', ...link }));
  const taken = [...closed, ...links];
  const hashtags = open(findHashtags(text), taken);
  const mentions = open(findMentions(text), taken);

  if (new Set(hashtags.map(({ tag }) => tag)).size > MAX_HASHTAGS)
    throw invalid('text.too_many_hashtags', `a text has at most ${MAX_HASHTAGS} hashtags`, [
      { path: 'text', message: `has more than ${MAX_HASHTAGS} hashtags` },
    ]);
  if (handlesOf({ mentions }).length > MAX_MENTIONS)
    throw invalid('text.too_many_mentions', `a text mentions at most ${MAX_MENTIONS} accounts`, [
      { path: 'text', message: `mentions more than ${MAX_MENTIONS} accounts` },
    ]);
  return {
    entities: inOrder([
      ...given,
      ...links,
      ...hashtags.map((hashtag): TextEntity => ({ type: 'hashtag', ...hashtag })),
    ]),
    mentions,
  };
}

/** The distinct words behind an `@`, as written: what to look accounts up by. */
export const handlesOf = (reading: Pick<TextReading, 'mentions'>): string[] => [
  ...new Set(reading.mentions.map(({ handle }) => handle)),
];

/**
 * The entities of a text once it is known who is mentioned.
 * @param accounts by the word behind the `@` as {@link handlesOf} gave it; words without an account stay plain text
 */
export function withMentions(
  reading: TextReading,
  accounts: ReadonlyMap<string, MentionedAccount>,
): TextEntity[] {
  const mentions = reading.mentions.flatMap(({ start, end, handle }): TextEntity[] => {
    const account = accounts.get(handle);
    return account ? [{ type: 'mention', start, end, accountId: account.id, handle: account.handle }] : [];
  });
  return inOrder([...reading.entities, ...mentions]);
}

/** The distinct canonical hashtags among entities, in order of appearance. */
export const hashtagsIn = (entities: readonly TextEntity[]): string[] => [
  ...new Set(entities.flatMap((entity) => (entity.type === 'hashtag' ? [entity.tag] : []))),
];

/** The distinct mentioned accounts among entities, in order of appearance. */
export const mentionedIn = (entities: readonly TextEntity[]): Id[] => [
  ...new Set(entities.flatMap((entity) => (entity.type === 'mention' ? [entity.accountId] : []))),
];

/** The distinct link targets among entities, in order of appearance. */
export const linksIn = (entities: readonly TextEntity[]): string[] => [
  ...new Set(entities.flatMap((entity) => (entity.type === 'link' ? [entity.url] : []))),
];
