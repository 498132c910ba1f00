import { z } from 'zod';
import { COMMENT_POLICIES, VISIBILITIES } from '../access/index.js';
import { idempotencyFields } from '../kernel/idempotency.js';
import { idSchema } from '../kernel/ids.js';
import { line, opaqueKey, prose } from '../kernel/text.js';
import { formattingSchema, MAX_FORMATTING, safeUrl } from '../text-entities/index.js';
import {
  DEFAULT_POLL_MS,
  MAX_CONTENT_WARNING,
  MAX_POLL_MS,
  MAX_POLL_OPTION_LENGTH,
  MAX_POLL_OPTIONS,
  MAX_POST_LENGTH,
  MAX_POST_MEDIA,
  MEDIA_KINDS,
  MIN_POLL_MS,
  MIN_POLL_OPTIONS,
  POST_TYPES,
} from './types.js';

const unixMs = z.int().min(0).max(8_640_000_000_000_000).meta({ description: 'Unix milliseconds' });

const webUrl = z
  .string()
  .max(2048)
  .transform((value, context) => {
    const url = safeUrl(value);
    if (url !== null && !url.startsWith('mailto:')) return url;
    context.addIssue({ code: 'custom', message: 'must be an http or https URL without credentials' });
    return z.NEVER;
  });

// A ref may be a URL: then it must not be one that runs code where it is shown.
const mediaRef = opaqueKey(512).refine(
  (ref) => !/^[a-z][a-z0-9+.-]*:/i.test(ref) || /^https?:/i.test(ref),
  'must be http or https when it is a URL',
);

/** One attachment as its author names it. */
export const mediaInput = z.strictObject({
  ref: mediaRef,
  type: z.enum(MEDIA_KINDS),
  alt: prose(1500).nullable().default(null),
});

/** A poll as its author asks it. */
export const pollInput = z.strictObject({
  options: z
    .array(line(MAX_POLL_OPTION_LENGTH, 1))
    .min(MIN_POLL_OPTIONS)
    .max(MAX_POLL_OPTIONS)
    .readonly()
    .refine((options) => new Set(options).size === options.length, 'options must differ'),
  multiple: z.boolean().default(false),
  durationMs: z
    .int()
    .min(MIN_POLL_MS)
    .max(MAX_POLL_MS)
    .default(DEFAULT_POLL_MS)
    .meta({ description: 'milliseconds from publication' }),
});
/** A poll as its author asks it. */
export type PollInput = z.output<typeof pollInput>;

const language = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a BCP 47 tag')
  .transform((tag, context) => {
    try {
      return Intl.getCanonicalLocales(tag)[0] ?? tag;
    } catch {
      context.addIssue({ code: 'custom', message: 'must be a BCP 47 tag' });
      return z.NEVER;
    }
  });

const text = prose(MAX_POST_LENGTH);
const formatting = z.array(formattingSchema).max(MAX_FORMATTING).readonly();
const media = z.array(mediaInput).max(MAX_POST_MEDIA).readonly();
const link = z.strictObject({ url: webUrl });
const contentWarning = line(MAX_CONTENT_WARNING, 1);

/** Input of `posts.create`. */
export const createInput = z.strictObject({
  text: text.default(''),
  formatting: formatting.default([]).meta({ description: 'ranges in UTF-16 units of the NFC text' }),
  type: z.enum(POST_TYPES).optional().meta({ description: 'follows from the content; checked when given' }),
  media: media.default([]),
  link: link.optional(),
  poll: pollInput.optional(),
  visibility: z.enum(VISIBILITIES).default('public'),
  commentPolicy: z.enum(COMMENT_POLICIES).default('everyone'),
  contentWarning: contentWarning.optional(),
  language: language.optional(),
  quoteOfId: idSchema.optional(),
  expiresAt: unixMs.optional(),
  draft: z.boolean().default(false),
  publishAt: unixMs.optional().meta({ description: 'schedules the post for this instant' }),
  ...idempotencyFields,
});
/** Input of `posts.create`, parsed. */
export type CreateInput = z.output<typeof createInput>;

/** Input of `posts.edit`: what is absent stays, null clears. */
export const editInput = z.strictObject({
  postId: idSchema,
  revision: z.int().min(1).optional().meta({ description: 'refuses the edit when the post has moved on' }),
  text: text.optional(),
  formatting: formatting.optional(),
  media: media.optional(),
  link: link.nullable().optional(),
  poll: pollInput.nullable().optional().meta({ description: 'only before publication' }),
  contentWarning: contentWarning.nullable().optional(),
  language: language.nullable().optional(),
});
/** Input of `posts.edit`, parsed. */
export type EditInput = z.output<typeof editInput>;

/** One post. */
export const postInput = z.strictObject({ postId: idSchema });

/** Input of `posts.schedule`. */
export const scheduleInput = z.strictObject({ postId: idSchema, publishAt: unixMs });

/** Input of `posts.vote`. */
export const voteInput = z.strictObject({
  postId: idSchema,
  options: z
    .array(
      z
        .int()
        .min(0)
        .max(MAX_POLL_OPTIONS - 1),
    )
    .min(1)
    .max(MAX_POLL_OPTIONS)
    .readonly()
    .refine((options) => new Set(options).size === options.length, 'options must differ')
    .meta({ description: 'positions, counted from 0' }),
});

/** Input of staff's decisions: the revision the decision was made about. */
export const reviewInput = z.strictObject({
  postId: idSchema,
  revision: z.int().min(1),
});

/** Input of `posts.flag`. */
export const flagInput = z.strictObject({
  postId: idSchema,
  reason: line(300, 1),
  revision: z.int().min(1).optional(),
});
