import { createService, type Service } from '../kernel/operation.js';
import type { Runtime } from '../kernel/runtime.js';
import { counterOperations } from './operations.js';
import { type ReconcileDeps, reconcileStretch } from './reconcile.js';

/** The counters' public operations. */
export type CountersService = Service<typeof counterOperations>;

/** Assembles the counters' public service. */
export function createCountersService(deps: ReconcileDeps & { readonly runtime: Runtime }): CountersService {
  return createService(
    counterOperations,
    { reconcile: (actor, input) => reconcileStretch(deps, actor, input) },
    deps.runtime,
  );
}
