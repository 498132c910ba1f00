import { type Actor, type HydratedPost, type Id, shouldSurface, viewerOf } from '@socialkit/core';
import { scoreAt } from './detector.js';
import { PLATFORM } from './look.js';
import type { SubjectLevel } from './store.js';
import {
  EVERYWHERE,
  MAX_TRENDS,
  type PostTrend,
  type TopicTrend,
  TREND_SAMPLES,
  type TrendKind,
  type TrendsInput,
  type TrendWindow,
} from './types.js';
import type { TrendDeps } from './unit.js';
import { SMALL_CELL, WINDOW_PLANS } from './windows.js';

/** Listed subjects read in one go: some have faded since the last look, some are kept from trending. */
const READ_AT_MOST = 4 * MAX_TRENDS;
/** Posts tried for the samples of one trend, and at least of all together. */
const TRIED = 12;
/** Posts hydrated in one call at most. */
const HYDRATED = 400;

interface Listed extends SubjectLevel {
  /** The score now. */
  readonly score: number;
}

/** The region a list is answered for: too small a one, or one nobody has looked at lately, is part of everywhere. */
async function cellToRead(
  { stores, runtime }: TrendDeps,
  kind: TrendKind,
  { window, cell }: TrendsInput,
): Promise<string> {
  if (cell === undefined) return EVERYWHERE;
  const plan = WINDOW_PLANS[window];
  const people = await stores.levels.find(window, kind, { subject: PLATFORM, cell });
  const isLarge =
    people !== null && people.actors >= SMALL_CELL && runtime.clock.now() - people.at <= 5 * plan.everyMs;
  return isLarge ? cell : EVERYWHERE;
}

/** What trends in a region now, highest score first, without what staff keep from trending. */
async function listTrends(
  deps: TrendDeps,
  kind: TrendKind,
  input: TrendsInput,
): Promise<{ readonly cell: string; readonly trends: readonly Listed[] }> {
  const { stores, readers, runtime } = deps;
  const { halfLifeMs, threshold } = WINDOW_PLANS[input.window].detector;
  const cell = await cellToRead(deps, kind, input);
  const now = runtime.clock.now();
  const stored = await stores.levels.listed(input.window, kind, cell, READ_AT_MOST);
  // Nothing stays because no worker has looked since.
  const trends = stored
    .map((one): Listed => ({ ...one, score: scoreAt(one.level, now, halfLifeMs) }))
    .filter(({ score }) => score >= threshold)
    .sort((a, b) => b.score - a.score || (a.subject < b.subject ? -1 : 1));
  const gated = await readers.trendGates.among(
    kind,
    trends.map(({ subject }) => subject),
  );
  return { cell, trends: trends.filter(({ subject }) => !gated.has(subject)) };
}

const fieldsOf = ({ level, score }: Listed, input: TrendsInput, cell: string) => ({
  score,
  window: input.window,
  cell,
  why: {
    actors: level.actors,
    expected: level.expected,
    uses: level.uses,
    startedAt: level.startedAt ?? level.at,
  },
});

const surfaces = (post: HydratedPost | null | undefined): post is HydratedPost =>
  post !== null && post !== undefined && shouldSurface(post.relation, 'trending', { isRepost: false });

/** Hashtags or links that trend, each with why and with posts the viewer may see. */
export async function topicTrends(
  deps: TrendDeps,
  actor: Actor,
  kind: 'hashtag' | 'link',
  input: TrendsInput,
): Promise<{ items: readonly TopicTrend[]; cell: string }> {
  const { cell, trends } = await listTrends(deps, kind, input);
  const listed = trends.slice(0, input.limit);
  const from = deps.runtime.clock.now() - 2 * WINDOW_PLANS[input.window].lengthMs;
  const tried = Math.max(TREND_SAMPLES, Math.min(TRIED, Math.floor(HYDRATED / Math.max(1, listed.length))));
  const ids = await Promise.all(
    listed.map(({ subject }) => deps.stores.uses.samples(kind, subject, { cell, from, limit: tried })),
  );
  const wanted = [...new Set(ids.flat())];
  const views =
    wanted.length > 0 ? await deps.readers.postViews.views(viewerOf(actor), wanted, { follows: true }) : [];
  const posts = new Map<Id, HydratedPost | null | undefined>(wanted.map((id, at) => [id, views[at]]));
  return {
    cell,
    items: listed.map((trend, at) => ({
      subject: trend.subject,
      ...fieldsOf(trend, input, cell),
      samples: (ids[at] ?? [])
        .map((id) => posts.get(id))
        .filter(surfaces)
        .slice(0, TREND_SAMPLES)
        .map(({ view }) => view),
    })),
  };
}

/** Posts that trend everywhere now, with their scores, highest first; ids without any policy. */
export async function trendingPosts(
  deps: TrendDeps,
  window: TrendWindow,
): Promise<readonly (readonly [Id, number])[]> {
  const { trends } = await listTrends(deps, 'post', { window, limit: MAX_TRENDS });
  return trends.map(({ subject, score }) => [subject, score] as const);
}

/** Posts that trend and that the viewer may see, each with why. */
export async function postTrends(
  deps: TrendDeps,
  actor: Actor,
  input: TrendsInput,
): Promise<{ items: readonly PostTrend[]; cell: string }> {
  const { cell, trends } = await listTrends(deps, 'post', input);
  const ids = trends.map(({ subject }) => subject);
  const views =
    ids.length > 0 ? await deps.readers.postViews.views(viewerOf(actor), ids, { follows: true }) : [];
  const items: PostTrend[] = [];
  for (const [at, trend] of trends.entries()) {
    const post = views[at];
    // A post behind a warning is for those who look for it, not for everybody.
    if (!surfaces(post) || post.view.label !== null || post.view.contentWarning !== null) continue;
    items.push({ post: post.view, ...fieldsOf(trend, input, cell) });
    if (items.length === input.limit) break;
  }
  return { cell, items };
}
