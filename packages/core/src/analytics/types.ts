import { z } from 'zod';
import { accountSummarySchema } from '../identity/types.js';
import { idSchema } from '../kernel/ids.js';
import { POST_TYPES } from '../posts/types.js';

/** Days of a dashboard when nothing is said. */
export const DEFAULT_SPAN_DAYS = 30;
/** Days of a span at most. */
export const MAX_SPAN_DAYS = 365;
/** Posts one read looks at, at most: the newest of the span. */
export const MAX_POSTS = 5000;

/** Which numbers: whose, and of which days. */
export const spanFields = {
  accountId: idSchema
    .optional()
    .meta({ description: "default the caller's own; another's only for staff with analytics.read" }),
  days: z
    .int()
    .min(1)
    .max(MAX_SPAN_DAYS)
    .default(DEFAULT_SPAN_DAYS)
    .meta({ description: 'local days in a row, the last of them that of `until`' }),
  until: z
    .int()
    .min(Date.UTC(2003, 0))
    .max(Date.UTC(2100, 0))
    .optional()
    .meta({ description: 'Unix milliseconds, from 2003 to 2100; default now' }),
  zone: z
    .string()
    .max(64)
    .regex(/^[A-Za-z][\w+/-]*$/, 'must be a time zone such as Europe/Berlin')
    .default('UTC')
    .meta({ description: 'IANA time zone of days and hours' }),
} as const;

/** The span an answer is about. */
export const spanSchema = z.object({
  from: z.int().meta({ description: 'Unix milliseconds, inclusive' }),
  to: z.int().meta({ description: 'exclusive' }),
  days: z.int(),
  zone: z.string(),
});

const share = z.number().nullable();

/** Rates of posts: see `Rates`. */
export const ratesSchema = z.object({
  pooled: share,
  meanOfPosts: share,
  median: share,
  n: z.int().meta({ description: 'posts behind it' }),
});

/** A series ready for any chart. */
export const seriesSchema = z.object({
  t: z.array(z.int()).readonly().meta({ description: 'Unix milliseconds: where each local day begins' }),
  dates: z.array(z.string()).readonly().meta({ description: 'the same as YYYY-MM-DD' }),
  series: z
    .array(
      z.object({
        name: z.string(),
        unit: z.enum(['count', 'people', 'rate']),
        values: z.array(z.number().nullable()).readonly(),
      }),
    )
    .readonly(),
  definition: z.string().meta({ description: 'key into the definitions' }),
});
export type Series = z.output<typeof seriesSchema>;

/** A number beside that of the span before. */
export const comparedSchema = z.object({
  value: z.number().nullable(),
  before: z.number().nullable(),
  change: share.meta({ description: '(value - before) / before; null when before is 0 or unknown' }),
});
export type Compared = z.output<typeof comparedSchema>;

/** Counts of engagements. */
export const engagementCountsSchema = z.object({
  engagements: z.int(),
  likes: z.int(),
  comments: z.int(),
  shares: z.int(),
  bookmarks: z.int(),
  linkClicks: z.int(),
  profileClicks: z.int(),
  impressions: z.int(),
});

const head = {
  accountId: idSchema,
  span: spanSchema,
  definitionsVersion: z.string(),
} as const;

const rates = z.object({ byReach: ratesSchema, byImpressions: ratesSchema, byFollowers: ratesSchema });

const grouped = {
  posts: z.int(),
  engagements: z.int(),
  medianEngagements: z.number().nullable(),
  rate: ratesSchema.meta({ description: 'by reach' }),
  low: share.meta({ description: '95 % interval of the mean of posts' }),
  high: share,
} as const;

/** A post and its numbers. */
export const postNumbersSchema = z.object({
  postId: idSchema,
  publishedAt: z.int(),
  type: z.enum(POST_TYPES),
  text: z.string().nullable().meta({ description: 'null where the caller may not see the post' }),
  ...engagementCountsSchema.shape,
  reach: z.int(),
  rate: share.meta({ description: 'engagements over reach' }),
});
export type PostNumbers = z.output<typeof postNumbersSchema>;

/** An hour of the week. */
export const hourOfWeekSchema = z.object({
  weekday: z.int().min(0).max(6).meta({ description: '0 Monday' }),
  hour: z.int().min(0).max(23),
  n: z.int().meta({ description: 'posts' }),
  mean: z.number(),
  shrunk: z.number(),
  low: z.number(),
  high: z.number(),
  enough: z.boolean().meta({ description: 'at least 5 posts' }),
});
export type HourOfWeek = z.output<typeof hourOfWeekSchema>;

/** How an account's posts do. */
export const contentSchema = z.object({
  ...head,
  totals: engagementCountsSchema.extend({ posts: z.int() }),
  complete: z.boolean().meta({ description: `false when there are more than ${MAX_POSTS} posts` }),
  engagementRate: rates,
  engagementsPerPost: z.object({ mean: z.number().nullable(), median: z.number().nullable(), n: z.int() }),
  topPosts: z.array(postNumbersSchema).readonly(),
  bestTimes: z.object({
    days: z.int(),
    n: z.int(),
    mean: z.number().nullable(),
    cells: z.array(hourOfWeekSchema).readonly().meta({ description: 'hours of the week with posts' }),
    best: hourOfWeekSchema.nullable(),
  }),
  byType: z.array(z.object({ type: z.enum(POST_TYPES), ...grouped })).readonly(),
  byHashtag: z.array(z.object({ tag: z.string(), ...grouped })).readonly(),
  trend: seriesSchema,
  growthRate: share.meta({ description: 'of engagements, against the span before' }),
});
export type ContentPerformance = z.output<typeof contentSchema>;

/** What happened in a span, by when it happened. */
export const engagementSchema = z.object({
  ...head,
  totals: engagementCountsSchema.extend({
    reach: z.int(),
    engaged: z.int().meta({ description: 'distinct people who engaged' }),
    frequency: share,
    rate: share.meta({
      description: 'engagements over impressions: over the reach of many posts it would pass 1',
    }),
    sampled: z.boolean().meta({ description: 'impressions were sampled: reach is then a lower bound' }),
  }),
  before: engagementCountsSchema.extend({ reach: z.int() }),
  growthRate: share,
  byDay: seriesSchema,
  byHour: z
    .array(z.object({ hour: z.int(), impressions: z.int(), engagements: z.int() }))
    .readonly()
    .meta({ description: '24 local hours' }),
  funnel: z.object({
    impressions: z.int(),
    profileClicks: z.int(),
    follows: z.int(),
    profileClickRate: share,
    followRate: share.meta({ description: 'follows over profile clicks' }),
  }),
});
export type Engagement = z.output<typeof engagementSchema>;

const split = z.object({
  n: z.int().nullable(),
  cells: z.array(z.object({ name: z.string(), count: z.int().nullable() })).readonly(),
  other: z.boolean(),
});

/** Who the audience is. */
export const audienceSchema = z.object({
  ...head,
  followers: z.object({
    total: z.int(),
    start: z.int(),
    end: z.int(),
    gains: z.int(),
    losses: z.int(),
    net: z.int(),
    growthRate: share,
    byDay: seriesSchema,
  }),
  splits: z.object({
    at: z.int(),
    sample: z.int().meta({ description: 'followers that were looked at' }),
    age: split,
    gender: split,
    ageByGender: split,
    place: split,
    interest: split,
  }),
  mostActive: z
    .array(z.object({ account: accountSummarySchema, engagements: z.int() }))
    .readonly()
    .meta({ description: 'followers, at most 20' }),
  engagementByHour: engagementSchema.shape.byHour,
  engagementByType: z
    .array(z.object({ type: z.enum(POST_TYPES), engagements: z.int(), posts: z.int() }))
    .readonly(),
  impressions: z.int(),
  reach: z.int(),
  virality: z.object({
    reachByDepth: z.array(z.int()).readonly().meta({ description: 'through 0, 1, 2, 3 and more shares' }),
    amplification: share,
    reproduction: z.object({ value: share, n: z.int() }),
  }),
});
export type Audience = z.output<typeof audienceSchema>;

/** What the numbers suggest, with what is behind it. */
export const recommendationSchema = z.object({
  kind: z.enum(['post_at', 'post_type', 'use_hashtag']),
  text: z.string().meta({ description: 'English; hosts translate by kind and fields' }),
  n: z.int().meta({ description: 'posts behind it' }),
  weekday: z.int().optional(),
  hour: z.int().optional(),
  type: z.enum(POST_TYPES).optional(),
  tag: z.string().optional(),
});
export type Recommendation = z.output<typeof recommendationSchema>;

/** A number tile. */
export const tileSchema = comparedSchema.extend({
  name: z.enum(['followers', 'posts', 'impressions', 'reach', 'engagements', 'engagementRate']),
  sparkline: z.array(z.number().nullable()).readonly(),
});

/** Everything at once. */
export const dashboardSchema = z.object({
  ...head,
  definitions: z.record(z.string(), z.string()),
  overview: z.object({
    posts: z.int(),
    followers: z.int(),
    following: z.int(),
    averageEngagementRate: share,
    growth: z.object({ followers: share, engagement: share, content: share }),
    tiles: z.array(tileSchema).readonly(),
  }),
  content: contentSchema,
  audience: audienceSchema,
  engagement: engagementSchema,
  recommendations: z.array(recommendationSchema).readonly(),
});
export type Dashboard = z.output<typeof dashboardSchema>;

/** How the platform grows. */
export const growthSchema = z.object({
  span: spanSchema,
  definitionsVersion: z.string(),
  joined: z.int(),
  active: z.object({ day: z.int(), week: z.int(), month: z.int() }),
  stickiness: share,
  byDay: seriesSchema,
  retention: z
    .array(
      z.object({
        date: z.string(),
        joined: z.int(),
        day1: share,
        day7: share,
        day30: share,
      }),
    )
    .readonly()
    .meta({ description: 'a row a day somebody joined on; null where the time has not come' }),
});
export type Growth = z.output<typeof growthSchema>;
