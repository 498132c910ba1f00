import type { Clock } from '../kernel/runtime.js';
import { hash64 } from './hash.js';

/** Impressions a process takes in a second, all of them, before it begins to sample. */
export const DEFAULT_BUDGET_PER_SECOND = 20_000;
const MAX_WEIGHT = 1000;

/** Keeps the load of impressions within a budget. */
export interface Sampler {
  /** Notes `count` that arrived. @returns 1 to take all, n to take one in n with the weight n */
  weightFor(count: number): number;
}

/**
 * Samples by the rate of the second before: a burst is taken whole for a second at most.
 * @param options.budgetPerSecond @default 20,000
 */
export function createSampler(
  deps: { readonly clock: Clock },
  options: { readonly budgetPerSecond?: number } = {},
): Sampler {
  const budget = options.budgetPerSecond ?? DEFAULT_BUDGET_PER_SECOND;
  let second = 0;
  let arriving = 0;
  let before = 0;
  return {
    weightFor(count) {
      const now = Math.floor(deps.clock.now() / 1000);
      if (now !== second) {
        before = now === second + 1 ? arriving : 0;
        second = now;
        arriving = 0;
      }
      arriving += count;
      return Math.min(MAX_WEIGHT, Math.max(1, Math.ceil(before / budget)));
    },
  };
}

/** Whether one in `weight` falls on this id: by its hash, so that the same impression is always or never taken. */
export const isSampled = (id: string, weight: number): boolean => hash64(id).low % weight === 0;
