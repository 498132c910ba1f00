import { engagementRatesOf, groupsOf, meanAndMedianOf, NO_COUNTS, type PostTotals } from '@socialkit/core';
import type { Row } from '../csv.js';

/** What a file of expected numbers and our own say, side by side. */
export interface Comparison {
  readonly checked: number;
  readonly differences: readonly string[];
}

/** Compares every number of `expected` with ours, as exactly as it is written there. */
export function compare(expected: object, ours: object, path = ''): Comparison {
  let checked = 0;
  const differences: string[] = [];
  for (const [key, value] of Object.entries(expected)) {
    const name = `${path}/${key}`;
    const own = (ours as Readonly<Record<string, unknown>>)[key];
    if (typeof value === 'object' && value !== null) {
      const below = compare(value, typeof own === 'object' && own !== null ? own : {}, name);
      checked += below.checked;
      differences.push(...below.differences);
      continue;
    }
    if (typeof value !== 'number') continue;
    checked += 1;
    const places = Number.isInteger(value) ? 0 : (String(value).split('.')[1] ?? '').length;
    if (typeof own !== 'number' || Math.abs(own - value) > 0.500_001 * 10 ** -places * (places === 0 ? 0 : 1))
      differences.push(`${name}: ${String(own)}, not ${value}`);
  }
  return { checked, differences };
}

/** A post of a table whose columns count what ours count. */
const totalsOf = (
  row: Row,
  at: number,
  counts: {
    readonly engagements: number;
    readonly reach?: number;
    readonly impressions?: number;
    readonly engaged?: number;
  },
): PostTotals => ({
  postId: String(at + 1),
  ts: 0,
  type: 'text',
  tags: [],
  followers: Number(row.page_likes ?? 0),
  // A table says how many engagements there were; which kind they were changes no rate.
  counts: {
    ...NO_COUNTS,
    likes: counts.engagements,
    reach: counts.reach ?? 0,
    impressions: counts.impressions ?? 0,
    engaged: counts.engaged ?? 0,
  },
});

const groupedBy = <T>(
  posts: readonly PostTotals[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  make: (group: readonly PostTotals[]) => T,
): Readonly<Record<string, T>> => {
  const row = (post: PostTotals) => rows[Number(post.postId) - 1] ?? {};
  return Object.fromEntries(
    [...groupsOf(posts, (post) => [keyOf(row(post))])].map(([key, group]) => [key, make(group)]),
  );
};

/** Rates of a table of posts with reach and impressions, by type, hour and weekday. */
export function ratesOfTable(rows: readonly Row[]) {
  const posts = rows.map((row, at) =>
    totalsOf(row, at, {
      engagements: Number(row.interactions),
      reach: Number(row.reach),
      impressions: Number(row.impressions),
      engaged: Number(row.engaged_users),
    }),
  );
  const numbers = (group: readonly PostTotals[]) => {
    const sum = (of: (post: PostTotals) => number) => group.reduce((all, post) => all + of(post), 0);
    const rates = engagementRatesOf(group);
    const reach = sum(({ counts }) => counts.reach);
    const impressions = sum(({ counts }) => counts.impressions);
    const engaged = sum(({ counts }) => counts.engaged);
    return {
      posts: group.length,
      reach_sum: reach,
      impressions,
      interactions: sum(({ counts }) => counts.likes),
      engaged_users: engaged,
      er_by_reach_pooled: rates.byReach.pooled,
      er_by_reach_mean_of_posts: rates.byReach.meanOfPosts,
      er_by_impressions_pooled: rates.byImpressions.pooled,
      engaged_rate_pooled: engaged / reach,
      frequency: impressions / reach,
    };
  };
  return {
    all: numbers(posts),
    by_type: groupedBy(posts, rows, ({ type }) => type ?? '', numbers),
    by_hour: groupedBy(posts, rows, ({ hour }) => hour ?? '', numbers),
    by_weekday: groupedBy(posts, rows, ({ weekday }) => weekday ?? '', numbers),
  };
}

/** Sums, means and medians of a table of posts without reach, by type, hour and page. */
export function summariesOfTable(rows: readonly Row[]) {
  const posts = rows.map((row, at) =>
    totalsOf(row, at, { engagements: Number(row.reactions) + Number(row.comments) + Number(row.shares) }),
  );
  const numbers = (group: readonly PostTotals[]) => {
    const { n, sum, mean, median } = meanAndMedianOf(group.map(({ counts }) => counts.likes));
    return { posts: n, engagement_sum: sum, mean, median };
  };
  const best = [...posts].sort((a, b) => b.counts.likes - a.counts.likes).slice(0, 10);
  return {
    all: numbers(posts),
    by_type: groupedBy(posts, rows, ({ type }) => type ?? '', numbers),
    by_hour: groupedBy(
      posts,
      rows,
      ({ published_at }) => String(Number(published_at?.slice(11, 13))),
      numbers,
    ),
    by_page: groupedBy(posts, rows, ({ page }) => page ?? '', numbers),
    days_with_posts: new Set(rows.map(({ published_at }) => published_at?.slice(0, 10))).size,
    top10: best.map(({ postId }) => Number(rows[Number(postId) - 1]?.post)),
  };
}
