import {
  type Actor,
  type CoreReaders,
  createService,
  type Id,
  type KernelStores,
  type Runtime,
  type Service,
  type Subscriber,
  type UnitOfWork,
} from '@socialkit/core';
import type { RecommendedPosts } from '../recommendations/posts/recommended-posts.js';
import { changes } from './changes.js';
import { createDeliveryView } from './delivery-view.js';
import { createEvaluation } from './evaluate.js';
import { explain } from './explain.js';
import { createFanOut } from './fan-out.js';
import { createHints, type HintTransport } from './hints.js';
import { createHomeSkeleton, type HomeSkeleton } from './home-skeleton.js';
import { feedOperations } from './operations.js';
import { type FeedOptions, type ResolvedFeedOptions, resolveFeedOptions } from './options.js';
import { createOutboxCache } from './outbox-cache.js';
import { createPageCount } from './page-count.js';
import { explore, hashtag, home, homePage, list, newSince, profile } from './reads.js';
import { createTimelineBuilder, type TimelineBuilder } from './rebuild.js';
import type { FeedStores, FeedTruthReader } from './store.js';
import { createFeedSubscribers, createFeedWorkers, type FeedWorker } from './subscribers.js';
import { rebuild, verify } from './upkeep.js';

/** Everything the feed is made of. */
export interface FeedDeps {
  readonly unitOfWork: UnitOfWork<Pick<KernelStores, 'jobs' | 'audit'>>;
  readonly readers: Pick<
    CoreReaders,
    'facts' | 'follows' | 'topics' | 'posts' | 'postViews' | 'postSkeletons'
  >;
  readonly stores: FeedStores;
  /** Carries hints between the processes. */
  readonly realtime: HintTransport;
  readonly runtime: Runtime;
  /** Homes in another order than newest first. @default there are none: `algorithm` is refused */
  readonly ranked?: Pick<RecommendedPosts, 'home' | 'explain'>;
}

/** What the reads of the feed share. */
export interface FeedReadDeps {
  readonly readers: FeedDeps['readers'];
  readonly unitOfWork: FeedDeps['unitOfWork'];
  readonly truth: FeedTruthReader;
  readonly home: HomeSkeleton;
  readonly builder: TimelineBuilder | null;
  readonly options: ResolvedFeedOptions;
  readonly now: () => number;
  /** One more page of a home was read. */
  readonly countPage: () => void;
  readonly ranked: FeedDeps['ranked'];
}

/** The public service of the feed. */
export type FeedService = Service<typeof feedOperations>;

/** The feed, as the wiring uses it. */
export interface Feed {
  readonly service: FeedService;
  readonly subscribers: readonly Subscriber[];
  readonly workers: readonly FeedWorker[];
  /** Prepares the first page of a reader: his timeline is there afterwards. */
  warm(userId: Id): Promise<void>;
  /** Decisions about delivery were changed from outside: the next read takes them from the database. */
  refresh(): void;
  /** Begins to listen to the other processes; until then outboxes are only as fresh as their short life. */
  start(): Promise<void>;
  /** Stops listening. Closes nothing it was given. */
  close(): Promise<void>;
}

const FIRST_PAGE = Object.freeze({ limit: 20, cursor: undefined, reposts: true, mediaOnly: false });

/**
 * Assembles the feed: the service, what it does when posts and follows change, and the queues it works.
 *
 * Every process of a platform must be given the same `rule`.
 * @throws TypeError for options that make no sense
 */
export function createFeed(deps: FeedDeps, given: FeedOptions = {}): Feed {
  const options = resolveFeedOptions(given);
  const { unitOfWork, readers, stores, realtime, runtime } = deps;
  const { timelines, truth, deliveries } = stores;
  const now = () => runtime.clock.now();
  const depth = { depth: options.outboxDepth };

  const view = createDeliveryView({ deliveries, realtime });
  const authorOutboxes = createOutboxCache((ids, limit) => truth.outboxes(ids, limit), depth);
  const tagOutboxes = createOutboxCache((tags, limit) => truth.tagged(tags, { before: null, limit }), depth);
  const hints = createHints({ realtime, authorOutboxes, tagOutboxes, view, logger: runtime.logger });
  const builder = timelines
    ? createTimelineBuilder({ timelines, truth, runtime, length: options.timelineLength })
    : null;
  const sources = {
    timelines,
    builder,
    truth,
    follows: readers.follows,
    deliveries: view,
    authorOutboxes,
    tagOutboxes,
  };
  const pages = createPageCount({ deliveries, runtime });
  const read: FeedReadDeps = {
    readers,
    unitOfWork,
    truth,
    home: createHomeSkeleton(sources, runtime, options),
    builder,
    options,
    now,
    countPage: pages.count,
    ranked: deps.ranked,
  };
  const delivering = { readers, unitOfWork, deliveries, truth, view, runtime, options };
  const fanOut = timelines ? createFanOut({ ...delivering, timelines }) : null;
  const evaluation = timelines ? createEvaluation({ ...delivering, timelines }) : null;
  let stopListening: Promise<() => Promise<void>> | undefined;

  return {
    service: createService(
      feedOperations,
      {
        home: (actor, input) => home(read, actor, input),
        newSince: (actor, input) => newSince(read, actor, input),
        explain: (actor, input) => explain(read, actor, input),
        changes: (actor, input) => changes(read, actor, input),
        explore: (actor, input) => explore(read, actor, input),
        list: (actor, input) => list(read, actor, input),
        profile: (actor, input) => profile(read, actor, input),
        hashtag: (actor, input) => hashtag(read, actor, input),
        verify: (actor: Actor, input) => verify(read, actor, input),
        rebuild: (actor: Actor, input) => rebuild(read, actor, input),
      },
      runtime,
    ),
    subscribers: createFeedSubscribers({ readers, deliveries, fanOut, evaluation, hints, runtime, options }),
    workers: createFeedWorkers({ fanOut, evaluation }),
    async warm(userId) {
      await homePage(read, userId, FIRST_PAGE);
    },
    refresh: view.stale,
    async start() {
      stopListening ??= hints.listen();
      await stopListening;
    },
    async close() {
      const stop = await stopListening?.catch(() => undefined);
      stopListening = undefined;
      await stop?.();
      await pages.flush();
    },
  };
}

/** The service alone, for hosts that deliver elsewhere. */
export const createFeedService = (deps: FeedDeps, options: FeedOptions = {}): FeedService =>
  createFeed(deps, options).service;
