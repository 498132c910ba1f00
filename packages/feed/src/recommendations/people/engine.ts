import { canViewAccount, type FactsReader, type Id, type Logger, shouldSurface } from '@socialkit/core';
import { createRankingEngine, type RankingEngine } from '../../ranking/engine.js';
import type { RankingStores } from '../../ranking/store.js';
import type { Because, Found, RankedItem, Source } from '../../ranking/types.js';
import { neighbourhoodSources } from './rank.js';
import type { Evidence, PeopleReader } from './store.js';
import { PEOPLE } from './types.js';

/** One request about people: what several sources need is read once. */
export interface PeopleContext {
  readonly userId: Id;
  /** Unix ms. */
  readonly now: number;
  neighbourhood(): Promise<ReadonlyMap<string, readonly Found[]>>;
  /** What holds between the user and accounts; the same list of ids is looked up once. */
  relations(ids: readonly Id[]): ReturnType<FactsReader['relations']>;
}

/** Accounts by the liking of a user's vector for theirs, the best first. */
export type PeopleFactors = (
  userId: Id,
  limit: number,
) => Promise<readonly { readonly id: Id; readonly score: number }[]>;

/** What the ranking of people is made of. */
export interface PeopleEngineDeps {
  readonly people: PeopleReader;
  readonly facts: Pick<FactsReader, 'relations' | 'requests'>;
  readonly dismissals: RankingStores['dismissals'];
  /** Popular accounts, remembered for a while. */
  readonly popular: () => Promise<readonly { readonly id: Id; readonly followers: number }[]>;
  /** The share of follows that are returned, remembered for a while. */
  readonly reciprocity: () => Promise<number>;
  readonly factors: PeopleFactors;
  readonly logger: Logger;
}

/** A request's context. */
export function createPeopleContext(deps: PeopleEngineDeps, userId: Id, now: number): PeopleContext {
  let read: Promise<ReadonlyMap<string, readonly Found[]>> | undefined;
  const relations = new WeakMap<readonly Id[], ReturnType<FactsReader['relations']>>();
  return {
    userId,
    now,
    relations(ids) {
      const held = relations.get(ids) ?? deps.facts.relations(userId, ids);
      relations.set(ids, held);
      return held;
    },
    neighbourhood() {
      read ??= Promise.all([deps.people.neighbourhood(userId, now), deps.reciprocity()]).then(([hood, g]) =>
        neighbourhoodSources(hood, g),
      );
      return read;
    },
  };
}

const POPULAR: readonly Because[] = [{ kind: 'popular' }];
const NEAR: readonly Because[] = [{ kind: 'near' }];

const byNeighbourhood = (name: string): Source<PeopleContext> => ({
  name,
  admitted: true,
  fetch: async (context) => (await context.neighbourhood()).get(name) ?? [],
});

const createSources = ({ people, popular, factors }: PeopleEngineDeps): readonly Source<PeopleContext>[] => [
  byNeighbourhood('adamicAdar'),
  byNeighbourhood('similar'),
  byNeighbourhood('followsBack'),
  {
    name: 'factors',
    fetch: async ({ userId }, cap) =>
      (await factors(userId, cap)).map(({ id, score }) => ({ id, raw: score, because: [] })),
  },
  {
    name: 'interest',
    admitted: true,
    fetch: async ({ userId, now }, cap) =>
      (await people.interesting(userId, cap, now)).map(({ id, posts, tag }) => ({
        id,
        raw: Math.log1p(posts),
        because: [{ kind: 'interest' as const, subject: tag }],
      })),
  },
  {
    name: 'place',
    admitted: true,
    fetch: async ({ userId, now }, cap) =>
      (await people.near(userId, cap, now)).map((id) => ({ id, raw: 1, because: NEAR })),
  },
  {
    name: 'popular',
    fetch: async (_, cap) =>
      (await popular()).slice(0, cap).map(({ id, followers }) => ({ id, raw: followers, because: POPULAR })),
  },
];

/** Followers from which on an account is called popular. */
const MIN_POPULAR = 2;

/** One reason as it holds now; null when it does not. A private account's followers are nobody's to name or to tell apart. */
function tell(because: Because, seen: Evidence): Because | null {
  switch (because.kind) {
    case 'followed_by':
      if (seen.isPrivate)
        return seen.followedByCount >= 2 ? { kind: 'followed_by', count: seen.followedByCount } : null;
      return seen.followedByCount === 0
        ? null
        : { kind: 'followed_by', users: seen.followedBy, count: seen.followedByCount };
    case 'follows_you':
      return seen.followsYou ? { kind: 'follows_you' } : null;
    case 'followed_by_similar':
      return seen.similarCount >= 2 ? { kind: 'followed_by_similar', count: seen.similarCount } : null;
    case 'near':
      return seen.place === null ? null : { kind: 'near', subject: seen.place };
    case 'popular':
      return seen.followers >= MIN_POPULAR ? { kind: 'popular', count: seen.followers } : null;
    case 'interest':
      return because;
    default:
      return null;
  }
}

/** Reasons that may hold although no source said so: what factors found is explained by these. */
const FALLBACKS: readonly Because[] = [
  { kind: 'followed_by' },
  { kind: 'follows_you' },
  { kind: 'near' },
  { kind: 'popular' },
];

/** The reasons of an item that hold now, in the order of what they contributed. */
export function reasonsOf(item: Pick<RankedItem, 'because'>, seen: Evidence | undefined): readonly Because[] {
  if (!seen) return [];
  const told = item.because.flatMap((because) => tell(because, seen) ?? []);
  // That many follow somebody is worth saying only when nothing nearer speaks for him.
  const nearer = told.filter(({ kind }) => kind !== 'popular');
  if (nearer.length > 0) return nearer;
  if (told.length > 0) return told;
  for (const because of FALLBACKS) {
    const one = tell(because, seen);
    if (one) return [one];
  }
  return [];
}

/** The engine of people to follow. What it shows is decided by core's policy, requests, dismissals and evidence as they are now. */
export function createPeopleEngine(
  deps: PeopleEngineDeps,
  options: { readonly deadlineMs?: number } = {},
): RankingEngine<PeopleContext> {
  const { people, facts, dismissals } = deps;
  return createRankingEngine<PeopleContext>(
    {
      sources: createSources(deps),
      async access(context, ids) {
        const relations = await context.relations(ids);
        return new Set(
          ids.filter((id) => {
            const relation = relations.get(id);
            return canViewAccount(relation) && shouldSurface(relation, 'suggestion', { isRepost: false });
          }),
        );
      },
      filters: [
        {
          name: 'unknown_yet',
          stage: 'post',
          async keep(context, ids) {
            const { userId, now } = context;
            const [relations, requests, dismissed] = await Promise.all([
              context.relations(ids),
              facts.requests(userId, ids),
              dismissals.among(userId, PEOPLE, ids, now),
            ]);
            return new Set(
              ids.filter((id) => {
                const relation = relations.get(id);
                return (
                  relation !== undefined &&
                  !relation.self &&
                  !relation.follows &&
                  requests.get(id)?.requested !== true &&
                  !dismissed.has(id)
                );
              }),
            );
          },
        },
      ],
      async reasons({ userId, now }, items) {
        const asked = items.map(({ id, because }) => ({
          id,
          via: because.flatMap(({ kind, users }) => (kind === 'followed_by_similar' ? (users ?? []) : [])),
        }));
        const evidence = await people.evidence(userId, asked, now);
        return new Map(items.map((item) => [item.id, reasonsOf(item, evidence.get(item.id))]));
      },
    },
    deps,
    options,
  );
}
