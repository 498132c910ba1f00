import type { Id } from '@socialkit/core';
import type { Because, Found } from '../../ranking/types.js';
import type { Neighbourhood, Person } from './store.js';
import { PEOPLE_PER_WAY } from './types.js';

/** Follows that a user's own share of returned follows is held against. */
const PRIOR = 10;

/** Whoever follows the user is worth a look even where follows are never returned. */
const LEAST = 0.01;

/** How likely the user returns a follow: his own share, drawn towards that of the whole graph `g`. */
export const followBackRate = (
  { mutual, followers }: Pick<Neighbourhood, 'mutual' | 'followers'>,
  g: number,
): number => (mutual + PRIOR * Math.max(g, LEAST)) / (followers + PRIOR);

const FOLLOWED_BY: readonly Because[] = [{ kind: 'followed_by' }];
const FOLLOWS_YOU: readonly Because[] = [{ kind: 'follows_you' }];

const bySimilar = (via: readonly Id[]): readonly Because[] =>
  via.length === 0 ? [] : [{ kind: 'followed_by_similar', users: via }];

/** What a neighbourhood says, by source. What stands behind a reason is told anew at every read; here it is only named. */
export function neighbourhoodSources(hood: Neighbourhood, g: number): ReadonlyMap<string, readonly Found[]> {
  const rate = followBackRate(hood, g);
  const found = (score: (person: Person) => number, because: (person: Person) => readonly Because[]) =>
    hood.people.flatMap((person): Found[] => {
      const raw = score(person);
      return raw > 0 ? [{ id: person.id, raw, because: because(person) }] : [];
    });
  return new Map([
    [
      'adamicAdar',
      found(
        ({ adamicAdar }) => adamicAdar,
        () => FOLLOWED_BY,
      ),
    ],
    [
      'similar',
      found(
        ({ similar }) => similar,
        ({ via }) => bySimilar(via),
      ),
    ],
    [
      'followsBack',
      found(
        ({ followsYou }) => (followsYou ? rate : 0),
        () => FOLLOWS_YOU,
      ),
    ],
  ]);
}

/** Puts the ways of finding people together: of each the best, and everybody's standing in all of them. */
export function joinWays(ways: {
  readonly adamicAdar: ReadonlyMap<Id, number>;
  readonly similar: ReadonlyMap<Id, number>;
  readonly newestFollowers: readonly Id[];
  readonly followers: ReadonlySet<Id>;
  /** The like-minded who follow somebody, nearest first. */
  readonly via: (id: Id) => readonly Id[];
  readonly compare: (a: Id, b: Id) => number;
}): readonly Person[] {
  const { adamicAdar, similar, newestFollowers, followers, via, compare } = ways;
  const best = (scores: ReadonlyMap<Id, number>) =>
    [...scores]
      .sort(([a, x], [b, y]) => y - x || compare(a, b))
      .slice(0, PEOPLE_PER_WAY)
      .map(([id]) => id);
  const [byPath, bySimilarity] = [new Set(best(adamicAdar)), new Set(best(similar))];
  const all = new Set([...byPath, ...bySimilarity, ...newestFollowers]);
  return [...all].sort(compare).map((id) => ({
    id,
    adamicAdar: byPath.has(id) ? (adamicAdar.get(id) ?? 0) : 0,
    similar: bySimilarity.has(id) ? (similar.get(id) ?? 0) : 0,
    via: bySimilarity.has(id) ? via(id) : [],
    followsYou: followers.has(id),
  }));
}
