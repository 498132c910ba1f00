import type { Runtime, UnitOfWork } from '@socialkit/core';
import type { RemovalBudget } from '../policy/removal-budget.js';
import type { SignalStores } from './store.js';

/** The hourly cap on automatic removals, shared by all processes. */
export const createStoredRemovalBudget = (deps: {
  readonly unitOfWork: UnitOfWork<Pick<SignalStores, 'removals'>>;
  readonly runtime: Pick<Runtime, 'ids'>;
}): RemovalBudget => ({
  take: (now, perHour) =>
    deps.unitOfWork.transact(({ removals }) => removals.take(deps.runtime.ids.next(), now, perHour)),
});
