import { z } from 'zod';
import type { Id } from '../kernel/ids.js';
import { safeUrl } from './links.js';

/** Distinct hashtags of one text at most. */
export const MAX_HASHTAGS = 30;
/** Distinct mentioned handles of one text at most. */
export const MAX_MENTIONS = 20;
/** Characters of a hashtag at most; a longer word behind `#` is plain text. */
export const MAX_HASHTAG_LENGTH = 100;
/** Formatting ranges of one text at most. */
export const MAX_FORMATTING = 200;

/**
 * A range of a text: UTF-16 code units (what JavaScript's `slice` counts) of the stored text, `end` exclusive. Never
 * empty, never through the middle of a surrogate pair.
 */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** How a range is shown. Ranges of different styles may overlap, ranges of one style never do. */
export const TEXT_STYLES = ['bold', 'italic', 'code', 'quote'] as const;
export type TextStyle = (typeof TEXT_STYLES)[number];

/**
 * What a range of a text means. Hashtags, mentions and links never overlap each other.
 * - `hashtag`: `tag` is its canonical form, see `canonicalHashtag`.
 * - `mention`: an account that existed, could be seen by the author and had no block with him when it was written.
 * - `link`: `url` is absolute, http, https or mailto; the range shows whatever the author wrote.
 */
export type TextEntity =
  | (TextRange & { readonly type: 'hashtag'; readonly tag: string })
  | (TextRange & { readonly type: 'mention'; readonly accountId: Id; readonly handle: string })
  | (TextRange & { readonly type: 'link'; readonly url: string })
  | (TextRange & { readonly type: TextStyle });

const range = {
  start: z.int().min(0).max(100_000),
  end: z.int().min(1).max(100_000),
} as const;

/** One formatting range as a caller gives it. Offsets count in the text after it was brought into NFC. */
export const formattingSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(TEXT_STYLES), ...range }),
  z.strictObject({
    type: z.literal('link'),
    ...range,
    url: z
      .string()
      .max(2048)
      .transform((value, context) => {
        const url = safeUrl(value);
        if (url !== null) return url;
        context.addIssue({
          code: 'custom',
          message: 'must be an http, https or mailto URL without credentials',
        });
        return z.NEVER;
      }),
  }),
]);

/** A formatting range: a style, or a link behind words of the author's choice. */
export type Formatting = z.output<typeof formattingSchema>;

/** The `formatting` field of an input schema. */
export const formattingField = z.array(formattingSchema).max(MAX_FORMATTING).readonly().default([]);

const outputRange = { start: z.int(), end: z.int() } as const;

/** An entity as it is returned. */
export const entitySchema: z.ZodType<TextEntity> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hashtag'), ...outputRange, tag: z.string() }),
  z.object({ type: z.literal('mention'), ...outputRange, accountId: z.string(), handle: z.string() }),
  z.object({ type: z.literal('link'), ...outputRange, url: z.string() }),
  z.object({ type: z.enum(TEXT_STYLES), ...outputRange }),
]);
