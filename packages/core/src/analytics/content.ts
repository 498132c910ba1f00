import type { Actor } from '../kernel/actor.js';
import { DAY_MS } from './events.js';
import { engagementCountsOf, loadNumbers, over, type SpanNumbers } from './numbers.js';
import { engagementsOf } from './rollup.js';
import { type AnalyticsReads, headOf, openSpan, type SpanInput, type SpanOf, seriesOf } from './span.js';
import {
  deviationOf,
  growthOf,
  meanAndMedianOf,
  medianOf,
  type Rates,
  ratesOf,
  sevenDayMean,
  shrunkMeanOf,
} from './statistics.js';
import type { PostTotals } from './store.js';
import { type ContentPerformance, type HourOfWeek, MAX_POSTS, type PostNumbers } from './types.js';
import type { LocalClock } from './zones.js';

/** Posts in the list of the best. */
export const TOP_POSTS = 10;
/** Days back that the best times look. */
export const BEST_TIMES_DAYS = 365;
/** Posts an hour of the week needs before it is recommended. */
export const ENOUGH_POSTS = 5;
/** Hashtags listed at most. */
export const MAX_HASHTAGS = 20;
const Z_95 = 1.959963984540054;

const engagements = ({ counts }: PostTotals): number => engagementsOf(counts);

/** The engagement rates of posts, under the three denominators. */
export const engagementRatesOf = (posts: readonly PostTotals[]) => {
  const by = (denominator: (post: PostTotals) => number): Rates =>
    ratesOf(posts.map((post) => ({ numerator: engagements(post), denominator: denominator(post) })));
  return {
    byReach: by(({ counts }) => counts.reach),
    byImpressions: by(({ counts }) => counts.impressions),
    byFollowers: by(({ followers }) => followers),
  };
};

/** Numbers of a group of posts, with the 95 % interval of the mean rate. */
export function groupOf(posts: readonly PostTotals[]) {
  const rate = engagementRatesOf(posts).byReach;
  const each = posts
    .filter(({ counts }) => counts.reach > 0)
    .map((post) => engagements(post) / post.counts.reach);
  const half = rate.n < 2 ? null : (Z_95 * deviationOf(each)) / Math.sqrt(rate.n);
  return {
    posts: posts.length,
    engagements: posts.reduce((sum, post) => sum + engagements(post), 0),
    medianEngagements: medianOf(posts.map(engagements)),
    rate,
    low: half === null || rate.meanOfPosts === null ? null : Math.max(0, rate.meanOfPosts - half),
    high: half === null || rate.meanOfPosts === null ? null : rate.meanOfPosts + half,
  };
}

/** Posts by a key; a post can be in several groups, or in none. */
export function groupsOf<K>(
  posts: readonly PostTotals[],
  keysOf: (post: PostTotals) => readonly K[],
): ReadonlyMap<K, readonly PostTotals[]> {
  const groups = new Map<K, PostTotals[]>();
  for (const post of posts)
    for (const key of keysOf(post)) {
      const group = groups.get(key);
      if (group) group.push(post);
      else groups.set(key, [post]);
    }
  return groups;
}

/** Hours of the week by the mean engagements of the posts published in them: see the definition `bestTimes`. */
export function bestTimesOf(posts: readonly PostTotals[], wall: LocalClock) {
  const values = posts.map(engagements);
  const { n, mean } = meanAndMedianOf(values);
  const deviation = deviationOf(values);
  const cells: HourOfWeek[] = [...groupsOf(posts, ({ ts }) => [wall.weekdayAt(ts) * 24 + wall.hourAt(ts)])]
    .sort(([a], [b]) => a - b)
    .map(([cell, group]) => ({
      weekday: Math.floor(cell / 24),
      hour: cell % 24,
      ...shrunkMeanOf(group.map(engagements), mean ?? 0, deviation),
      enough: group.length >= ENOUGH_POSTS,
    }));
  const best =
    cells.filter(({ enough }) => enough).sort((a, b) => b.shrunk - a.shrunk || b.n - a.n)[0] ?? null;
  return { days: BEST_TIMES_DAYS, n, mean, cells, best };
}

async function presentTop(
  { readers }: AnalyticsReads,
  span: SpanOf,
  posts: readonly PostTotals[],
): Promise<readonly PostNumbers[]> {
  const top = [...posts].sort((a, b) => engagements(b) - engagements(a) || b.ts - a.ts).slice(0, TOP_POSTS);
  const views = await readers.postViews.views(
    span.viewer,
    top.map(({ postId }) => postId),
  );
  return top.map((post, at) => ({
    postId: post.postId,
    publishedAt: post.ts,
    type: post.type,
    text: views[at]?.view.text ?? null,
    ...engagementCountsOf(post.counts),
    reach: post.counts.reach,
    rate: over(engagements(post), post.counts.reach),
  }));
}

/** Posts with their totals: those of the span, and those the best times are found in. */
export interface PostsOfSpan {
  readonly shown: readonly PostTotals[];
  readonly year: readonly PostTotals[];
  readonly complete: boolean;
}

/** Reads them once: a span is never longer than the year behind its end. */
export async function loadPosts({ readers }: AnalyticsReads, span: SpanOf): Promise<PostsOfSpan> {
  const from = Math.min(span.from, span.to - BEST_TIMES_DAYS * DAY_MS);
  const range = { from, to: span.to, limit: MAX_POSTS + 1 };
  const all = await readers.analytics.posts(span.account.id, range);
  const year = all.slice(0, MAX_POSTS);
  const shown = year.filter(({ ts }) => ts >= span.from);
  return { shown, year, complete: all.length <= MAX_POSTS || shown.length < MAX_POSTS };
}

/** How the posts of a span do. */
export async function contentOf(
  reads: AnalyticsReads,
  span: SpanOf,
  numbers: SpanNumbers,
  { shown, year, complete }: PostsOfSpan,
): Promise<ContentPerformance> {
  const sum = (of: (post: PostTotals) => number) => shown.reduce((total, post) => total + of(post), 0);
  const perDay = span.days.map(() => 0);
  for (const { ts } of shown) {
    const day = span.days.findIndex(({ from, to }) => ts >= from && ts < to);
    if (day >= 0) perDay[day] = (perDay[day] ?? 0) + 1;
  }
  const engaged = numbers.byDay.map(engagementsOf);
  const perPost = meanAndMedianOf(shown.map(engagements));
  return {
    ...headOf(span),
    totals: {
      posts: shown.length,
      engagements: sum(engagements),
      likes: sum(({ counts }) => counts.likes),
      comments: sum(({ counts }) => counts.comments),
      shares: sum(({ counts }) => counts.shares),
      bookmarks: sum(({ counts }) => counts.bookmarks),
      linkClicks: sum(({ counts }) => counts.linkClicks),
      profileClicks: sum(({ counts }) => counts.profileClicks),
      impressions: sum(({ counts }) => counts.impressions),
    },
    complete,
    engagementRate: engagementRatesOf(shown),
    engagementsPerPost: { mean: perPost.mean, median: perPost.median, n: perPost.n },
    topPosts: await presentTop(reads, span, shown),
    bestTimes: bestTimesOf(year, span.wall),
    byType: [...groupsOf(shown, ({ type }) => [type])]
      .map(([type, group]) => ({ type, ...groupOf(group) }))
      .sort((a, b) => (b.rate.pooled ?? -1) - (a.rate.pooled ?? -1) || (a.type < b.type ? -1 : 1)),
    byHashtag: [...groupsOf(shown, ({ tags }) => tags)]
      .map(([tag, group]) => ({ tag, ...groupOf(group) }))
      .sort((a, b) => b.posts - a.posts || b.engagements - a.engagements || (a.tag < b.tag ? -1 : 1))
      .slice(0, MAX_HASHTAGS),
    trend: seriesOf(span.days, 'engagements', [
      { name: 'posts', unit: 'count', values: perDay },
      { name: 'engagements', unit: 'count', values: engaged },
      { name: 'engagements, 7-day mean', unit: 'count', values: sevenDayMean(engaged) },
    ]),
    growthRate: growthOf(engagementsOf(numbers.before), engagementsOf(numbers.total)),
  };
}

/** See `analytics.content`. */
export async function readContent(
  reads: AnalyticsReads,
  actor: Actor,
  input: SpanInput,
): Promise<ContentPerformance> {
  const span = await openSpan(reads, actor, input);
  const [numbers, posts] = await Promise.all([loadNumbers(reads, span), loadPosts(reads, span)]);
  return contentOf(reads, span, numbers, posts);
}
