import type { Actor } from '../kernel/actor.js';
import { type AudienceReads, audienceOf } from './audience.js';
import { contentOf, ENOUGH_POSTS, loadPosts } from './content.js';
import { DEFINITIONS } from './definitions.js';
import { engagementOf, loadNumbers, over, type SpanNumbers } from './numbers.js';
import { engagementsOf } from './rollup.js';
import { headOf, openSpan, type SpanInput, type SpanOf } from './span.js';
import { growthOf } from './statistics.js';
import type { Audience, ContentPerformance, Dashboard, Recommendation } from './types.js';

const WEEKDAYS = [
  'Mondays',
  'Tuesdays',
  'Wednesdays',
  'Thursdays',
  'Fridays',
  'Saturdays',
  'Sundays',
] as const;

/**
 * What the numbers suggest. Only what stands on enough posts, and only what is above the mean of all: where the numbers say
 * nothing, nothing is recommended.
 */
export function recommendationsOf(content: ContentPerformance): readonly Recommendation[] {
  const found: Recommendation[] = [];
  const { best, mean } = content.bestTimes;
  if (best && mean !== null && best.shrunk > mean) {
    const { weekday, hour, n } = best;
    const text = `post on ${WEEKDAYS[weekday]} at ${String(hour).padStart(2, '0')}:00: n = ${n}`;
    found.push({ kind: 'post_at', text, n, weekday, hour });
  }
  const usual = content.engagementRate.byReach.meanOfPosts ?? 0;
  // The whole interval above the usual: a difference that is likely to be one.
  const stands = ({ rate, low }: (typeof content.byType)[number] | (typeof content.byHashtag)[number]) =>
    rate.n >= ENOUGH_POSTS && low !== null && low > usual;
  const type = content.byType.find(stands);
  if (type && content.byType.length > 1)
    found.push({
      kind: 'post_type',
      text: `post more ${type.type} posts: n = ${type.rate.n}`,
      n: type.rate.n,
      type: type.type,
    });
  const tag = content.byHashtag.find(stands);
  if (tag)
    found.push({
      kind: 'use_hashtag',
      text: `use #${tag.tag} more: n = ${tag.rate.n}`,
      n: tag.rate.n,
      tag: tag.tag,
    });
  return found;
}

/** Posts of the days of a span and of those before, from when they were published. */
async function publicationsIn(reads: AudienceReads, span: SpanOf) {
  const from = span.before[0]?.from ?? span.from;
  const cells = await reads.readers.analytics.publications(span.account.id, { from, to: span.to });
  const inside = (day: { readonly from: number; readonly to: number }) =>
    cells.reduce((sum, { quarter, count }) => {
      const at = quarter * 900_000;
      return at >= day.from && at < day.to ? sum + count : sum;
    }, 0);
  return { byDay: span.days.map(inside), before: span.before.reduce((sum, day) => sum + inside(day), 0) };
}

function tilesOf(
  numbers: SpanNumbers,
  followers: Audience['followers'],
  posts: { readonly byDay: readonly number[]; readonly before: number },
): Dashboard['overview']['tiles'] {
  const { total: now, before: then } = numbers;
  const published = posts.byDay.reduce((sum, count) => sum + count, 0);
  const tile = (
    name: Dashboard['overview']['tiles'][number]['name'],
    value: number | null,
    before: number | null,
    sparkline: readonly (number | null)[],
  ) => ({
    name,
    value,
    before,
    change: value === null || before === null ? null : growthOf(before, value),
    sparkline,
  });
  const rate = (counts: typeof now) => over(engagementsOf(counts), counts.impressions);
  return [
    tile('followers', followers.end, followers.start, followers.byDay.series[3]?.values ?? []),
    tile('posts', published, posts.before, posts.byDay),
    tile(
      'impressions',
      now.impressions,
      then.impressions,
      numbers.byDay.map(({ impressions }) => impressions),
    ),
    tile(
      'reach',
      now.reach,
      then.reach,
      numbers.byDay.map(({ reach }) => reach),
    ),
    tile('engagements', engagementsOf(now), engagementsOf(then), numbers.byDay.map(engagementsOf)),
    tile('engagementRate', rate(now), rate(then), numbers.byDay.map(rate)),
  ];
}

/** All parts at once: see `analytics.dashboard`. */
export async function readDashboard(
  reads: AudienceReads,
  actor: Actor,
  input: SpanInput,
): Promise<Dashboard> {
  const span = await openSpan(reads, actor, input);
  const [numbers, posts, published] = await Promise.all([
    loadNumbers(reads, span),
    loadPosts(reads, span),
    publicationsIn(reads, span),
  ]);
  const [content, audience] = await Promise.all([
    contentOf(reads, span, numbers, posts),
    audienceOf(reads, span, numbers, posts.shown),
  ]);
  const tiles = tilesOf(numbers, audience.followers, published);
  const changeOf = (name: string) => tiles.find((tile) => tile.name === name)?.change ?? null;
  return {
    ...headOf(span),
    definitions: DEFINITIONS,
    overview: {
      posts: span.account.postCount,
      followers: span.account.followerCount,
      following: span.account.followingCount,
      averageEngagementRate: content.engagementRate.byReach.meanOfPosts,
      growth: {
        followers: changeOf('followers'),
        engagement: changeOf('engagements'),
        content: changeOf('posts'),
      },
      tiles,
    },
    content,
    audience,
    engagement: { ...headOf(span), ...engagementOf(span, numbers) },
    recommendations: recommendationsOf(content),
  };
}
