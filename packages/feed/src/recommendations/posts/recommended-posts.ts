import {
  type Actor,
  accountOf,
  type CoreReaders,
  createService,
  type Handlers,
  type HydratedPost,
  type Id,
  type JobWriter,
  type Page,
  type Runtime,
  type Service,
  type Subscriber,
  type UnitOfWork,
} from '@socialkit/core';
import type { RankingStores } from '../../ranking/index.js';
import type { FeedTruthReader } from '../../timelines/store.js';
import type { ModelStore } from '../models/store.js';
import { sayOfPost, takeBackOfPost } from './feedback.js';
import type { HostAlgorithm } from './host-algorithm.js';
import { createRankedLists, POSTS, type RankedListDeps, type RankedQuery } from './lists.js';
import { recommendedPostOperations } from './operations.js';
import type { RecommendedPostStores } from './store.js';
import { createRecommendedPostSubscribers } from './subscribers.js';
import { createTastes, type Tastes } from './tastes.js';
import type { RankingExplanation } from './types.js';

/** What recommended posts are made of. */
export interface RecommendedPostDeps {
  readonly readers: Pick<CoreReaders, 'facts' | 'postViews' | 'topics'>;
  readonly truth: Pick<FeedTruthReader, 'reader' | 'tagged'>;
  readonly unitOfWork: UnitOfWork<{ readonly jobs: JobWriter }>;
  readonly stores: RecommendedPostStores &
    Pick<RankingStores, 'lists' | 'profiles' | 'served'> & { readonly models: ModelStore };
  readonly runtime: Runtime;
  /** Interests of a user by canonical hashtag. @default the hashtags the user follows, all alike */
  readonly interests?: (userId: Id) => Promise<ReadonlyMap<string, number>>;
  /** Posts that trend now, with their scores. @default none: popular posts stand in for them */
  readonly trending?: () => Promise<Iterable<readonly [Id, number]>>;
}

/** How posts are recommended here. */
export interface RecommendedPostOptions {
  /** Rankings of the host's own, by the name callers ask for. @default none */
  readonly algorithms?: Readonly<Record<string, HostAlgorithm>>;
}

/** The public service of recommended posts. */
export type RecommendedPostsService = Service<typeof recommendedPostOperations>;

/** Recommended posts, as the wiring uses them. */
export interface RecommendedPosts {
  readonly service: RecommendedPostsService;
  readonly subscribers: readonly Subscriber[];
  /** Factors of authors and hashtags, trained in the background. */
  readonly tastes: Tastes;
  /** A home in the order of an algorithm. */
  home(userId: Id, query: RankedQuery): Promise<Page<HydratedPost>>;
  /** Every factor of the place of a post in the list that would be made now. */
  explain(userId: Id, postId: Id, algorithm?: string): Promise<RankingExplanation>;
  /** Makes the first page of a user, so that it is there when he comes. */
  warm(userId: Id): Promise<void>;
}

/** @throws TypeError for an algorithm of the host's with a name that is taken */
export function createRecommendedPosts(
  deps: RecommendedPostDeps,
  { algorithms = {} }: RecommendedPostOptions = {},
): RecommendedPosts {
  const { readers, truth, stores, runtime, unitOfWork } = deps;
  const { tastes: exported, models } = stores;
  const tastes = createTastes({ unitOfWork, tastes: exported, models, runtime });
  const now = () => runtime.clock.now();
  const followedTags = async (userId: Id) => {
    const { hashtags } = await truth.reader(userId, { before: null, limit: 0, now: now() });
    return new Map(hashtags.map((tag) => [tag, 1] as const));
  };
  const ranking: RankedListDeps = {
    readers,
    truth,
    stores,
    served: stores.served,
    servedKind: POSTS,
    interests: deps.interests ?? followedTags,
    trending: deps.trending ?? (async () => []),
    tasteOf: tastes.of,
    logger: runtime.logger,
    lists: stores.lists,
    profiles: stores.profiles,
    ids: runtime.ids,
    now,
    algorithms,
  };
  const lists = createRankedLists(ranking);
  const handlers: Handlers<typeof recommendedPostOperations> = {
    async posts(actor: Actor, { limit, cursor, algorithm }) {
      const page = await lists.page(accountOf(actor), { limit, cursor, algorithm });
      return {
        ...page,
        items: page.items.map(({ post, because }) => ({ post: post.view, because })),
      };
    },
    sayOfPost: (actor, input) => sayOfPost(ranking, lists, actor, input),
    takeBackOfPost: (actor, input) => takeBackOfPost(ranking, lists, actor, input),
  };
  return {
    service: createService(recommendedPostOperations, handlers, runtime),
    subscribers: createRecommendedPostSubscribers(lists),
    tastes,
    async home(userId, query) {
      const { items, nextCursor } = await lists.page(userId, query);
      return { items: items.map(({ post }) => post), nextCursor };
    },
    async explain(userId, postId, name) {
      const { algorithm, items } = await lists.rank(userId, name);
      const position = items.findIndex(({ id }) => id === postId);
      const found = items[position];
      return {
        algorithm,
        position: found ? position : null,
        score: found?.score ?? null,
        parts: found?.parts ?? {},
        factors: found?.factors ?? {},
        because: found?.because ?? [],
      };
    },
    async warm(userId) {
      await lists.page(userId, { limit: 1 });
    },
  };
}
