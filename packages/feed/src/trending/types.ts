import {
  canonicalHashtag,
  type Id,
  idSchema,
  isHashtag,
  line,
  type PostView,
  postViewSchema,
  safeUrl,
} from '@socialkit/core';
import { z } from 'zod';

/** What can trend. */
export const TREND_KINDS = ['hashtag', 'link', 'post'] as const;
export type TrendKind = (typeof TREND_KINDS)[number];

/** The stretches of time trends are looked for in. */
export const TREND_WINDOWS = ['1h', '24h', '7d'] as const;
export type TrendWindow = (typeof TREND_WINDOWS)[number];

/** Trends in one answer at most. */
export const MAX_TRENDS = 50;
/** Posts that show what a trend is about. */
export const TREND_SAMPLES = 3;
/** Characters of a cell's name at most. */
export const MAX_CELL_LENGTH = 64;
/** The cell of all places together. */
export const EVERYWHERE = '';

/** One use of something by somebody: what trends are counted from. */
export interface TrendUse {
  readonly kind: TrendKind;
  /** A canonical hashtag, a URL, or a post id. */
  readonly subject: string;
  readonly actorId: Id;
  /** What made the use, for example `post:123`: the same source of the same actor counts once. */
  readonly source: string;
  /** The post it stands in; when that goes, the use goes. */
  readonly postId: Id;
  /** Where the actor is, coarsely; {@link EVERYWHERE} when nobody knows. */
  readonly cell: string;
  /** Unix ms. */
  readonly at: number;
}

/** What staff decided about a hashtag or a link. */
export interface TrendGate {
  /** Orders the list; made when it was last decided. */
  readonly id: Id;
  readonly kind: TrendKind;
  readonly subject: string;
  /** Why, for other staff. */
  readonly reason: string;
}

const listFields = {
  window: z.enum(TREND_WINDOWS).default('1h'),
  cell: line(MAX_CELL_LENGTH, 1)
    .optional()
    .meta({ description: 'a region; one with too few people gives the trends of everywhere' }),
  limit: z.int().min(1).max(MAX_TRENDS).default(10),
} as const;

/** Input of the three lists of trends. */
export const trendsInput = z.strictObject(listFields);
export type TrendsInput = z.output<typeof trendsInput>;

/** Why something is a trend. */
export const trendReasonSchema = z.object({
  actors: z.int().meta({ description: 'distinct people in the window' }),
  expected: z.number().meta({ description: 'distinct people that were to be expected' }),
  uses: z.int(),
  startedAt: z.int().meta({ description: 'Unix ms at which it began to be a trend' }),
});

const trendFields = {
  score: z
    .number()
    .meta({ description: 'deviance from what was expected, halved with each half-life since its peak' }),
  window: z.enum(TREND_WINDOWS),
  cell: z.string().meta({ description: 'the region it was found in; empty for everywhere' }),
  why: trendReasonSchema,
} as const;

/** A hashtag or a link in the list. */
export const topicTrendSchema = z.object({
  subject: z.string().meta({ description: 'the hashtag without #, or the URL' }),
  ...trendFields,
  samples: z
    .array(postViewSchema)
    .readonly()
    .meta({ description: `up to ${TREND_SAMPLES} recent posts you can see` }),
});
export type TopicTrend = z.output<typeof topicTrendSchema>;

/** A post in the list: more people took part in it than its author's posts usually get at that age. */
export const postTrendSchema = z.object({ post: postViewSchema, ...trendFields });
export type PostTrend = Omit<z.output<typeof postTrendSchema>, 'post'> & { readonly post: PostView };

const listOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item).readonly(),
    cell: z.string().meta({ description: 'the region that was answered for; empty for everywhere' }),
  });
/** Output of the lists of hashtags and links. */
export const topicTrendsSchema = listOf(topicTrendSchema);
/** Output of the list of posts. */
export const postTrendsSchema = listOf(postTrendSchema);

/** The canonical form of what a gate is about; null when it cannot be one. */
export function canonicalSubject(kind: TrendKind, subject: string): string | null {
  if (kind === 'hashtag') {
    const tag = canonicalHashtag(subject);
    return isHashtag(tag) ? tag : null;
  }
  return kind === 'link' ? safeUrl(subject) : idSchema.safeParse(subject).success ? subject : null;
}

const subjectFields = { kind: z.enum(TREND_KINDS), subject: line(2048, 1) } as const;
/** Input that keeps something from trending. */
export const blockInput = z.strictObject({ ...subjectFields, reason: line(500, 1) });
/** Input that lets it trend again. */
export const unblockInput = z.strictObject(subjectFields);

/** Output of what staff keep from trending. */
export const gateSchema = z.object({
  kind: z.enum(TREND_KINDS),
  subject: z.string(),
  reason: z.string(),
  decidedAt: z.int().meta({ description: 'Unix ms' }),
});
