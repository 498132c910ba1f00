import type { Id } from '@socialkit/core';
import { weightAt } from './decay.js';
import type { StoredInterest } from './store.js';
import { CHOSEN_WEIGHT, INTEREST_KINDS, type Interest, MAX_INTERESTS } from './types.js';
import type { InterestDeps } from './unit.js';

const interestOf = ({ kind, value, mark, chosen }: StoredInterest, now: number): Interest => {
  const learned = mark === null ? 0 : weightAt(mark, now);
  return { kind, value, weight: chosen ? Math.max(CHOSEN_WEIGHT, learned) : learned, chosen };
};

/** The interests of a user that count, by kind, heaviest first, and whether they are learned. */
export async function interestsOf(
  { stores, runtime }: Pick<InterestDeps, 'stores' | 'runtime'>,
  userId: Id,
): Promise<{ enabled: boolean; items: readonly Interest[] }> {
  const { enabled, interests } = await stores.interests.read(userId);
  const now = runtime.clock.now();
  const items = INTEREST_KINDS.flatMap((kind) =>
    interests
      .filter((one) => one.kind === kind)
      .map((one) => interestOf(one, now))
      .sort((a, b) => b.weight - a.weight || (a.value < b.value ? -1 : 1))
      .slice(0, MAX_INTERESTS),
  );
  return { enabled, items };
}

/** Weights of the hashtags a user is interested in. */
export const hashtagWeights = async (
  deps: Pick<InterestDeps, 'stores' | 'runtime'>,
  userId: Id,
): Promise<ReadonlyMap<string, number>> =>
  new Map(
    (await interestsOf(deps, userId)).items
      .filter(({ kind }) => kind === 'hashtag')
      .map(({ value, weight }) => [value, weight] as const),
  );
