import { createService, type Id, type JobHandler, type Service, type Subscriber } from '@socialkit/core';
import { blockTrend, listBlocked, unblockTrend } from './curate.js';
import { createLookJob } from './look-job.js';
import { trendOperations } from './operations.js';
import { postTrends, topicTrends, trendingPosts } from './reads.js';
import { createTrendSubscribers } from './subscribers.js';
import { resolveTrendOptions, type TrendDeps, type TrendOptions } from './unit.js';

/** The public service of trending. */
export type TrendsService = Service<typeof trendOperations>;

/** Trending, as the wiring uses it. */
export interface Trends {
  readonly service: TrendsService;
  readonly subscribers: readonly Subscriber[];
  readonly workers: readonly { readonly queue: string; readonly handle: JobHandler }[];
  readonly schedules: readonly (() => Promise<void>)[];
  /** Posts that trend everywhere in a day, with their scores, highest first; ids without any policy. */
  posts(): Promise<readonly (readonly [Id, number])[]>;
}

/**
 * Assembles trending: the service, what it does when people write and react, and the recurring look.
 * @throws TypeError for options that make no sense
 */
export function createTrends(given: Omit<TrendDeps, 'settings'>, options: TrendOptions = {}): Trends {
  const deps: TrendDeps = { ...given, settings: resolveTrendOptions(options) };
  const job = createLookJob(deps);
  const looks = options.looks ?? true;
  return {
    service: createService(
      trendOperations,
      {
        hashtags: (actor, input) => topicTrends(deps, actor, 'hashtag', input),
        links: (actor, input) => topicTrends(deps, actor, 'link', input),
        posts: (actor, input) => postTrends(deps, actor, input),
        blocked: (_actor, input) => listBlocked(deps, input),
        block: (actor, input) => blockTrend(deps, actor, input),
        unblock: (actor, input) => unblockTrend(deps, actor, input),
      },
      deps.runtime,
    ),
    subscribers: createTrendSubscribers(deps),
    workers: [{ queue: job.queue, handle: job.handle }],
    schedules: looks ? [job.schedule] : [],
    posts: () => trendingPosts(deps, '24h'),
  };
}
