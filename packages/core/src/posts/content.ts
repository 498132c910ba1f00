import type { GateSubject } from '../access/index.js';
import { invalid } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import {
  type Formatting,
  linksIn,
  readText,
  type TextEntity,
  type TextReading,
} from '../text-entities/index.js';
import type { PollInput } from './input.js';
import { cardOf } from './link-preview.js';
import type { LinkCard, PostContent, PostMedia, PostType } from './types.js';
import type { PostWriteDeps } from './unit.js';

/** What an author wants a post to hold. */
export interface Wanted {
  readonly text: string;
  readonly formatting: readonly Formatting[];
  readonly media: readonly PostMedia[];
  /** A new link, or the card a post already has. */
  readonly link: { readonly url: string } | LinkCard | null;
  readonly poll: PollInput | null;
  readonly contentWarning: string | null;
  readonly language: string | null;
  readonly quotes: boolean;
  readonly type?: PostType | undefined;
}

/** Content that is ready to be written but for the mentions, which are looked up under a lock. */
export interface Prepared {
  readonly content: Omit<PostContent, 'entities'>;
  readonly reading: TextReading;
  readonly poll: PollInput | null;
}

function typeOf(wanted: Wanted): PostType {
  if (wanted.link !== null && (wanted.poll !== null || wanted.media.length > 0))
    throw invalid('post.mixed_content', 'a link post carries neither attachments nor a poll', [
      { path: 'link', message: 'cannot be combined with media or a poll' },
    ]);
  const type =
    wanted.poll !== null ? 'poll' : wanted.link !== null ? 'link' : (wanted.media[0]?.type ?? 'text');
  if (wanted.type !== undefined && wanted.type !== type)
    throw invalid('post.wrong_type', `this content makes a post of the type ${type}`, [
      { path: 'type', message: `must be ${type} or left out` },
    ]);
  if (type === 'text' && !/\S/u.test(wanted.text))
    throw invalid(
      'post.empty',
      wanted.quotes
        ? 'a quote says something; use a repost to say nothing'
        : 'a post says or shows something',
      [{ path: 'text', message: 'must not be blank' }],
    );
  return type;
}

/**
 * Checks what belongs together, reads the text, and asks the ports for attachments and link card. No transaction is open.
 * @throws post.mixed_content, post.wrong_type, post.empty, text.* (validation), whatever the media port throws
 */
export async function prepareContent(
  deps: Pick<PostWriteDeps, 'media' | 'preview' | 'runtime'>,
  authorId: Id,
  wanted: Wanted,
): Promise<Prepared> {
  const type = typeOf(wanted);
  const reading = readText(wanted.text, wanted.formatting);
  const media = wanted.media.length === 0 ? [] : await deps.media.resolve(authorId, wanted.media);
  const { link } = wanted;
  const card =
    link === null ? null : 'title' in link ? link : await cardOf(deps.preview, link.url, deps.runtime.logger);
  const { text, contentWarning, language } = wanted;
  return {
    content: { type, text, media, link: card, contentWarning, language },
    reading,
    poll: wanted.poll,
  };
}

/** What the content gate gets to see: everything the author wrote. */
export const gateSubject = (authorId: Id, prepared: Prepared, postId?: Id): GateSubject => {
  const { content, reading, poll } = prepared;
  const texts: Record<string, string> = { text: content.text };
  if (content.contentWarning !== null) texts.contentWarning = content.contentWarning;
  poll?.options.forEach((option, index) => {
    texts[`poll.${index}`] = option;
  });
  return {
    surface: 'post',
    texts,
    media: content.media.map(({ ref, alt }) => ({ ref, alt })),
    links: [...linksIn(reading.entities), ...(content.link === null ? [] : [content.link.url])],
    authorId,
    ...(postId === undefined ? {} : { subjectId: postId }),
  };
};

/** The formatting an author gave, read back from what is stored. */
export const formattingOf = (entities: readonly TextEntity[]): Formatting[] =>
  entities.flatMap((entity): Formatting[] =>
    entity.type === 'hashtag' || entity.type === 'mention' ? [] : [entity],
  );
