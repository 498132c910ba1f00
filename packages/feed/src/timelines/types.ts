import {
  hashtagSchema,
  idSchema,
  pageFields,
  pageOf,
  postCountsSchema,
  postViewSchema,
} from '@socialkit/core';
import { z } from 'zod';
import { algorithmSchema, rankingExplanationSchema } from '../recommendations/posts/types.js';

/** Authors of one `list` at most. */
export const MAX_LIST_AUTHORS = 100;
/** Posts asked about in one `changes` at most. */
export const MAX_CHANGES = 100;
/** New posts are counted up to here. */
export const MAX_NEW = 100;

const reposts = z.boolean().meta({ description: 'false leaves plain reposts out' });
const mediaOnly = z.boolean().default(false).meta({ description: 'only posts with attachments' });

/** Options of every listing of posts. */
const listingFields = { ...pageFields, reposts: reposts.default(true), mediaOnly } as const;

/** Input of `feed.home`. */
export const homeInput = z.strictObject({
  ...listingFields,
  algorithm: algorithmSchema
    .optional()
    .meta({ description: 'a ranking instead of newest first; the same posts as discovery.posts' }),
});
/** Input of `feed.profile`. */
export const profileInput = z.strictObject({ userId: idSchema, ...listingFields });
/** Input of `feed.hashtag`. */
export const hashtagInput = z.strictObject({ tag: hashtagSchema, ...listingFields });
/** Input of `feed.list`. */
export const listInput = z.strictObject({
  authorIds: z.array(idSchema).min(1).max(MAX_LIST_AUTHORS),
  ...listingFields,
});
/** Input of `feed.explore`: reposts repeat what is there already, so they are left out unless asked for. */
export const exploreInput = z.strictObject({ ...pageFields, reposts: reposts.default(false), mediaOnly });

/** A page of posts. */
export const postPageSchema = pageOf(postViewSchema);

/** Input of `feed.newSince`: one of the two. */
export const newSinceInput = z
  .strictObject({
    sinceId: idSchema.optional().meta({ description: 'the newest post the client holds' }),
    cursor: pageFields.cursor.meta({ description: 'or a cursor of the home feed with the same options' }),
    reposts: reposts.default(true),
    mediaOnly,
  })
  .refine(({ sinceId, cursor }) => (sinceId === undefined) !== (cursor === undefined), {
    message: 'give either sinceId or cursor',
  });

/** How many new posts there are. */
export const newSinceSchema = z.object({
  count: z.int().meta({ description: `posts a page from the top would show above, at most ${MAX_NEW}` }),
  more: z.boolean().meta({ description: 'there are more than that' }),
});
export type NewSince = z.output<typeof newSinceSchema>;

/**
 * Why a post is in a home feed.
 * - `own_post`: the reader wrote it.
 * - `followed_author`: he follows its author.
 * - `followed_hashtag`: it is public and carries a hashtag he follows.
 */
export const SHOWN_REASONS = ['own_post', 'followed_author', 'followed_hashtag'] as const;

/**
 * Why it is not.
 * - `not_visible`: there is no such post, or the reader may not see it; the two look the same.
 * - `not_published`: it is his own draft, scheduled, under review or taken down.
 * - `not_followed`: he follows neither its author nor a hashtag of it.
 * - `muted_author`, `reposts_hidden`, `muted_thread`, `muted_word`: what he set himself.
 * - `collapsed`: another repost of the same original stands above it.
 * - `not_delivered`: nothing keeps it out; it is on its way, or the timeline needs `feed.verify`.
 */
export const OMITTED_REASONS = [
  'not_visible',
  'not_published',
  'not_followed',
  'muted_author',
  'reposts_hidden',
  'muted_thread',
  'muted_word',
  'collapsed',
  'not_delivered',
] as const;

/** Input of `feed.explain`. */
export const explainInput = z.strictObject({
  postId: idSchema,
  userId: idSchema.optional().meta({ description: 'another reader; needs feed.verify' }),
  algorithm: algorithmSchema
    .optional()
    .meta({ description: 'also every factor of its place in this ranking' }),
});

/** Why a post is in a home feed, or why it is not. */
export const explanationSchema = z.object({
  shown: z.boolean(),
  reason: z.enum([...SHOWN_REASONS, ...OMITTED_REASONS]),
  rule: z
    .string()
    .nullable()
    .meta({ description: 'for staff: the rule of the policy that hides it; null when it can be seen' }),
  from: z
    .enum(['timeline', 'outboxes', 'rows'])
    .nullable()
    .meta({ description: 'for staff: what the feed was read from; null when it was not read' }),
  ranking: rankingExplanationSchema
    .optional()
    .meta({ description: 'when an algorithm was asked about and the post can be seen' }),
});
export type Explanation = z.output<typeof explanationSchema>;

/** Input of `feed.changes`. */
export const changesInput = z.strictObject({
  ids: z.array(idSchema).min(1).max(MAX_CHANGES),
  since: z.int().min(0).meta({ description: 'Unix ms: when the client last knew them' }),
});

/** What became of one post a client holds. */
export const postChangeSchema = z.object({
  id: z.string(),
  state: z
    .enum(['unchanged', 'edited', 'gone'])
    .meta({ description: 'gone: deleted, or not for this viewer any more' }),
  counts: postCountsSchema.nullable().meta({ description: 'as they are now; null when gone' }),
  post: postViewSchema.nullable().meta({ description: 'the post as it is now when it was edited' }),
});
export const changesSchema = z.object({ items: z.array(postChangeSchema).readonly() });
export type FeedChanges = z.output<typeof changesSchema>;

/** Input of `feed.verify` and `feed.rebuild`. */
export const upkeepInput = z.strictObject({ userId: idSchema });

/** What a comparison of a timeline with the rows found. */
export const verificationSchema = z.object({
  state: z
    .enum(['none', 'distrusted', 'checked'])
    .meta({ description: 'none: no timeline, the next read builds one; distrusted: it will be built anew' }),
  checked: z.int().meta({ description: 'posts compared' }),
  missing: z
    .array(z.string())
    .readonly()
    .meta({ description: 'in the rows, delivered, and not in the timeline' }),
  surplus: z
    .array(z.string())
    .readonly()
    .meta({ description: 'in the timeline, not in the rows any more; never shown, harmless' }),
  repaired: z.boolean(),
});
export type Verification = z.output<typeof verificationSchema>;

/** What a rebuild did. */
export const rebuildSchema = z.object({
  rebuilt: z
    .boolean()
    .meta({ description: 'false where there are no timelines, or another build was faster' }),
  length: z.int().meta({ description: 'ids in the timeline' }),
});
