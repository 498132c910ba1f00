import { idSchema, pageFields, postViewSchema } from '@socialkit/core';
import { z } from 'zod';
import { becauseSchema } from '../../ranking/index.js';

/** The weight sets that come with the package, by the name a caller asks for. */
export const POST_ALGORITHMS = ['balanced-v1', 'document-v1', 'chronological', 'counts'] as const;

/** The name of an algorithm: one of {@link POST_ALGORITHMS}, an experiment's version, or the host's own. */
export const algorithmSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and dashes, at most 40')
  .meta({ description: `${POST_ALGORITHMS.join(', ')}, or one of this platform's own` });

/** Input of the recommended posts. */
export const recommendedInput = z.strictObject({ ...pageFields, algorithm: algorithmSchema.optional() });

/** A recommended post with one to three reasons. */
export const recommendedPostSchema = z.object({
  post: postViewSchema,
  because: z.array(becauseSchema).readonly(),
});
export type RecommendedPost = z.output<typeof recommendedPostSchema>;

/** A page of them, and what it was made with. */
export const recommendedPageSchema = z.object({
  items: z.array(recommendedPostSchema).readonly(),
  nextCursor: z.string().nullable(),
  algorithm: z.string().meta({ description: 'the weight set in use' }),
});

/**
 * What a user says about a recommended post.
 * - `more`: more like it, by its author and about its hashtags.
 * - `less`: fewer like it.
 * - `not_interested`: never this one, and fewer like it.
 * - `hide`: never this one; nothing is concluded from it.
 */
export const FEEDBACK_KINDS = ['more', 'less', 'not_interested', 'hide'] as const;
export type FeedbackKind = (typeof FEEDBACK_KINDS)[number];

/** Input of feedback. A second kind on the same post replaces the first. */
export const feedbackInput = z.strictObject({ postId: idSchema, kind: z.enum(FEEDBACK_KINDS) });
/** Input that takes feedback back. */
export const withdrawInput = z.strictObject({ postId: idSchema });
/** Output of both. */
export const feedbackSchema = z.object({
  changed: z.boolean().meta({ description: 'false when everything was as asked for already' }),
});

/** Every factor of a place in the ranking. */
export const rankingExplanationSchema = z.object({
  algorithm: z.string(),
  position: z
    .int()
    .nullable()
    .meta({ description: 'from 0, in a list made now; null when it is not among the first' }),
  score: z.number().nullable(),
  parts: z
    .record(z.string(), z.number())
    .meta({ description: 'what each source contributes: weight times normalised score' }),
  factors: z
    .record(z.string(), z.number())
    .meta({ description: 'what the sum of the parts was multiplied with' }),
  because: z.array(becauseSchema).readonly(),
});
export type RankingExplanation = z.output<typeof rankingExplanationSchema>;
