import { compareIds, type Id } from '@socialkit/core';
import { beta, createRandom } from './random.js';
import type { RankedItem, Unexplored } from './types.js';

/** Finds what may be explored. */
export interface Explorer<C> {
  /** Items that have hardly been shown. What access or a filter hides is left out by the engine. */
  unexplored(context: C, cap: number): Promise<readonly Unexplored[]>;
}

/** Items that may take an exploration slot in one request. */
export const EXPLORE_POOL = 50;
/** Rounds of drawing the propensities are counted over. */
const ROUNDS = 200;

/**
 * Puts an unexplored item into every n-th slot, chosen by Thompson sampling with Beta(1 + good, 50 + bad); the slot's
 * propensity is the share of draws the item wins, so that what is learnt from it can be corrected later.
 *
 * @param seed the same seed gives the same slots
 */
export function fillExplorationSlots(
  items: readonly RankedItem[],
  pool: readonly Unexplored[],
  { every, count, seed }: { readonly every: number; readonly count: number; readonly seed: string },
): readonly RankedItem[] {
  const ranked = new Set(items.slice(0, count).map(({ id }) => id));
  const open = pool.filter(({ id }) => !ranked.has(id)).sort((a, b) => compareIds(a.id, b.id));
  if (every === 0 || open.length === 0) return items;
  const random = createRandom(`explore:${seed}`);
  const draw = (): number => {
    let winner = 0;
    let most = -1;
    for (const [at, { good, bad }] of open.entries()) {
      const value = beta(1 + good, 50 + bad, random);
      if (value > most) {
        most = value;
        winner = at;
      }
    }
    return winner;
  };
  const slate = [...items];
  for (let slot = every - 1; slot < count && slot <= slate.length && open.length > 0; slot += every) {
    const chosen = draw();
    let wins = 0;
    for (let round = 0; round < ROUNDS; round++) if (draw() === chosen) wins += 1;
    const [item] = open.splice(chosen, 1) as [Unexplored];
    const propensity = (wins + 1) / (ROUNDS + 1);
    slate.splice(slot, 0, explored(item.id, propensity));
  }
  const placed = new Set<Id>();
  return slate.filter(({ id }) => !placed.has(id) && placed.add(id));
}

const explored = (id: Id, propensity: number): RankedItem => ({
  id,
  parts: { explore: 0 },
  score: 0,
  factors: {},
  because: [{ kind: 'explore' }],
  propensity,
});
