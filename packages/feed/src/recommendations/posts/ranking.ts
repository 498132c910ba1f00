import { type CoreReaders, canView, type Id, type Logger, shouldSurface } from '@socialkit/core';
import {
  authorDiversity,
  createRankingEngine,
  maximalMarginalRelevance,
  type RankingEngine,
  type Scorer,
  type ServedLog,
  type Source,
} from '../../ranking/index.js';
import type { FeedTruthReader } from '../../timelines/store.js';
import { markThreads } from '../../timelines/surface-page.js';
import { createSurfaceRules } from '../../timelines/surface-rules.js';
import type { PostContext } from './context.js';
import { postReasons } from './reasons.js';
import { postScorers } from './scorers.js';
import { postExplorer, postSources } from './sources.js';
import type { RecommendedPostStores } from './store.js';
import type { TasteScore } from './tastes.js';
import { tagVectors } from './vectors.js';

/** What ranking posts needs. */
export interface PostRankingDeps {
  readonly readers: Pick<CoreReaders, 'facts' | 'postViews' | 'topics'>;
  readonly truth: Pick<FeedTruthReader, 'reader' | 'tagged'>;
  readonly stores: RecommendedPostStores;
  readonly served: ServedLog;
  /** What served posts are logged as. */
  readonly servedKind: string;
  /** Interests of a user by canonical hashtag. */
  readonly interests: (userId: Id) => Promise<ReadonlyMap<string, number>>;
  /** Posts that trend now, with their scores. */
  readonly trending: () => Promise<Iterable<readonly [Id, number]>>;
  /** What a user likes, by factors; null where there are none. */
  readonly tasteOf: (userId: Id) => Promise<TasteScore | null>;
  readonly logger: Logger;
}

const LEAVINGS = Object.freeze({ reposts: false, mediaOnly: false });
/** Posts hydrated at once. */
const MAX_VIEWS = 400;

/** The access policy over ids, and what may be recommended at all. */
async function admitted(context: PostContext, ids: readonly Id[]): Promise<ReadonlySet<Id>> {
  const facts = await context.facts(ids);
  return new Set(
    ids.filter((id) => {
      const post = facts.get(id);
      return (
        canView(post, context.now) &&
        post.status === 'published' &&
        !post.author.self &&
        shouldSurface(post.author, 'explore', { isRepost: false })
      );
    }),
  );
}

/** The engine of recommended posts. @param instead of the sources and scorers of the package */
export function createPostEngine(
  deps: PostRankingDeps,
  instead: {
    readonly sources?: readonly Source<PostContext>[];
    readonly scorers?: readonly Scorer<PostContext>[];
  } = {},
): RankingEngine<PostContext> {
  const { sources = postSources, scorers = postScorers } = instead;
  /** The rules of the surface over the posts themselves: mutes of words and threads, media, whatever the policy grew since. */
  const surfaced = async (context: PostContext, ids: readonly Id[]): Promise<ReadonlySet<Id>> => {
    const { userId, now } = context;
    const reader = await deps.truth.reader(userId, { before: null, limit: 0, now });
    const omits = createSurfaceRules('explore', reader, LEAVINGS);
    const kept = new Set<Id>();
    for (let from = 0; from < ids.length; from += MAX_VIEWS) {
      const slice = ids.slice(from, from + MAX_VIEWS);
      const posts = await deps.readers.postViews.views(userId, slice, { follows: true });
      for (const item of await markThreads({ ...deps, now: () => now }, userId, reader, posts)) {
        if (item === null || omits(item) !== null) continue;
        kept.add(item.post.id);
        context.shown.set(item.post.id, item.post);
      }
    }
    return kept;
  };

  const dismissed = async (context: PostContext, ids: readonly Id[]): Promise<ReadonlySet<Id>> => {
    const never = new Set(
      (await context.feedback())
        .filter(({ kind }) => kind === 'hide' || kind === 'not_interested')
        .map(({ postId }) => postId),
    );
    return new Set(ids.filter((id) => !never.has(id)));
  };

  const authorsOf = async (context: PostContext, ids: readonly Id[]) => {
    const signals = await context.signals(ids);
    return new Map(
      ids.flatMap((id) => {
        const post = signals.get(id);
        return post ? [[id, post.authorId] as const] : [];
      }),
    );
  };

  return createRankingEngine<PostContext>(
    {
      sources,
      access: admitted,
      filters: [
        { name: 'dismissed', stage: 'both', keep: dismissed },
        { name: 'surface', stage: 'post', keep: surfaced },
      ],
      scorers,
      rerankers: [authorDiversity(authorsOf), maximalMarginalRelevance(tagVectors)],
      explorer: postExplorer,
      reasons: postReasons,
    },
    { logger: deps.logger },
  );
}
