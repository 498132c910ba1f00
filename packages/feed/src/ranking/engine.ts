import { type Id, type Logger, newestFirst } from '@socialkit/core';
import { blend, byScore } from './blend.js';
import { collect, SOURCE_DEADLINE_MS } from './collect.js';
import { EXPLORE_POOL, type Explorer, fillExplorationSlots } from './explore.js';
import type { RankingProfile } from './profile.js';
import {
  type Because,
  type Candidate,
  type Filter,
  MAX_REASONS,
  type RankedItem,
  type Reranker,
  type Scorer,
  type Source,
} from './types.js';

/** What one ranking (of posts, people, hashtags) is made of. */
export interface RankingParts<C> {
  readonly sources: readonly Source<C>[];
  /**
   * Core's access policy over ids: `canView…` and `shouldSurface` of the surface. Asked twice: about all candidates, but for those
   * whose source has the policy in its query, and about the chosen ids. A throw leaves all out.
   */
  readonly access: (context: C, ids: readonly Id[]) => Promise<ReadonlySet<Id>>;
  readonly filters?: readonly Filter<C>[];
  readonly scorers?: readonly Scorer<C>[];
  /** In order. */
  readonly rerankers?: readonly Reranker<C>[];
  readonly explorer?: Explorer<C>;
  /**
   * The reasons as they hold now, from the source of truth; an item it gives none is left out.
   * @default what the sources said
   */
  readonly reasons?: (
    context: C,
    items: readonly Pick<RankedItem, 'id' | 'because'>[],
  ) => Promise<ReadonlyMap<Id, readonly Because[]>>;
}

/** One request. */
export interface RankingRequest<C> {
  readonly context: C;
  readonly profile: RankingProfile;
  /** Items wanted. */
  readonly limit: number;
  /** What chance depends on: the same seed and inputs give the same list. */
  readonly seed: string;
  /** The list is kept and every page of it goes through `recheck`: the look at the chosen ids is left to that. @default false */
  readonly unchecked?: boolean;
}

/** A ranked list, and what was missing when it was made. */
export interface Ranking {
  /** Best first; each with one to three reasons. */
  readonly items: readonly RankedItem[];
  readonly debug: {
    /** Sources that had not answered at the deadline. */
    readonly late: readonly string[];
    /** Sources and scorers that threw; filters that threw and so left everything out. */
    readonly failed: readonly string[];
  };
}

/** Ranks. */
export interface RankingEngine<C> {
  rank(request: RankingRequest<C>): Promise<Ranking>;
  /**
   * What of a list made earlier may be shown now: access, the `post` filters, true reasons. In the order given.
   */
  recheck<I extends Pick<RankedItem, 'id' | 'because'>>(
    context: C,
    items: readonly I[],
  ): Promise<readonly I[]>;
}

/** The engine behind every recommendation: sources, filters, scorers, rerankers, in this order. */
export function createRankingEngine<C>(
  parts: RankingParts<C>,
  deps: { readonly logger: Logger },
  options: { /** @default 150 */ readonly deadlineMs?: number } = {},
): RankingEngine<C> {
  const { logger } = deps;
  const deadlineMs = options.deadlineMs ?? SOURCE_DEADLINE_MS;
  const { filters = [], scorers = [], rerankers = [] } = parts;

  /** Ids that access and every filter of the stage keep. Fails closed. */
  const admitted = async (
    context: C,
    ids: readonly Id[],
    stage: 'pre' | 'post',
    failed: string[],
    known: ReadonlySet<Id> = new Set(),
  ) => {
    const unknown = known.size === 0 ? ids : ids.filter((id) => !known.has(id));
    const access = async (): Promise<ReadonlySet<Id>> => {
      if (unknown.length === 0) return known;
      const seen = await parts.access(context, unknown);
      return known.size === 0 ? seen : new Set([...known, ...seen]);
    };
    const asked: { readonly name: string; keep(): Promise<ReadonlySet<Id>> }[] = [
      { name: 'access', keep: access },
      ...filters
        .filter((filter) => filter.stage === stage || filter.stage === 'both')
        .map((filter) => ({ name: filter.name, keep: () => filter.keep(context, ids) })),
    ];
    if (ids.length === 0) return () => false;
    const kept = await Promise.all(
      asked.map(async ({ name, keep }) => {
        try {
          return await keep();
        } catch (error) {
          failed.push(name);
          logger.error({ err: error, filter: name }, 'a filter failed: nothing passes it');
          return new Set<Id>();
        }
      }),
    );
    return (id: Id) => kept.every((set) => set.has(id));
  };

  const scored = async (
    context: C,
    profile: RankingProfile,
    candidates: readonly Candidate[],
    failed: string[],
  ): Promise<RankedItem[]> => {
    const factors = await Promise.all(
      scorers.map(async (scorer) => {
        try {
          return { name: scorer.name, values: await scorer.score(context, candidates, profile) };
        } catch (error) {
          failed.push(scorer.name);
          logger.warn({ err: error, scorer: scorer.name }, 'a scorer failed and counts as 1');
          return null;
        }
      }),
    );
    return candidates.map((candidate, at) => {
      let { score } = candidate;
      const applied: Record<string, number> = {};
      for (const factor of factors) {
        if (factor === null) continue;
        const value = factor.values[at] ?? 0;
        applied[factor.name] = value;
        score *= value;
      }
      return { ...candidate, score, factors: applied };
    });
  };

  const withReasons = async <I extends Pick<RankedItem, 'id' | 'because'>>(
    context: C,
    items: readonly I[],
    failed: string[],
  ): Promise<readonly I[]> => {
    let now: ReadonlyMap<Id, readonly Because[]> | null = null;
    try {
      now = parts.reasons && items.length > 0 ? await parts.reasons(context, items) : null;
    } catch (error) {
      failed.push('reasons');
      logger.error({ err: error }, 'reasons could not be told: nothing is recommended without');
      now = new Map();
    }
    return items.flatMap((item) => {
      const because = (now ? (now.get(item.id) ?? []) : item.because).slice(0, MAX_REASONS);
      return because.length === 0 ? [] : [{ ...item, because }];
    });
  };

  const recheck = async <I extends Pick<RankedItem, 'id' | 'because'>>(
    context: C,
    items: readonly I[],
    failed: string[],
  ): Promise<readonly I[]> => {
    const passes = await admitted(
      context,
      items.map(({ id }) => id),
      'post',
      failed,
    );
    return withReasons(
      context,
      items.filter(({ id }) => passes(id)),
      failed,
    );
  };

  return {
    recheck: (context, items) => recheck(context, items, []),
    async rank({ context, profile, limit, seed, unchecked = false }) {
      const collected = await collect(parts.sources, context, profile, { deadlineMs, logger });
      const failed = [...collected.failed];
      const candidates = blend(collected.found, profile);
      const pool =
        parts.explorer && profile.exploreEvery > 0
          ? await parts.explorer.unexplored(context, EXPLORE_POOL).catch((error: unknown) => {
              failed.push('explore');
              logger.warn({ err: error }, 'nothing can be explored');
              return [];
            })
          : [];
      const ids = new Set([...candidates, ...pool].map(({ id }) => id));
      const known = new Set<Id>();
      for (const { name, admitted: own } of parts.sources)
        if (own) for (const { id } of collected.found.get(name) ?? []) known.add(id);
      const passes = await admitted(context, [...ids], 'pre', failed, known);
      let items: readonly RankedItem[] = (
        await scored(
          context,
          profile,
          candidates.filter(({ id }) => passes(id)),
          failed,
        )
      )
        .filter(({ score }) => score > 0)
        .sort(profile.order === 'time' ? (a, b) => newestFirst(a.id, b.id) : byScore);
      for (const reranker of rerankers) items = await reranker.rerank(context, items, profile, limit);
      items = fillExplorationSlots(
        items,
        pool.filter(({ id }) => passes(id)),
        { every: profile.exploreEvery, count: limit, seed },
      );
      const best = items.slice(0, limit);
      const chosen = unchecked ? best : await recheck(context, best, failed);
      return { items: chosen, debug: { late: collected.late, failed: failed.sort() } };
    },
  };
}
