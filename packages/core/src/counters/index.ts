export { groupDeltas, reactionKindOf, type SubjectDeltas } from './batch.js';
export { type CountersService, createCountersService } from './counters-service.js';
export { counterOperations } from './operations.js';
export type { ReconcileDeps, ReconcileStores } from './reconcile.js';
export { createReconcileJob, type ReconcileJob, type ReconcileJobDeps } from './reconcile-job.js';
export type * from './store.js';
export { createMemoryCounters, negativeCounter } from './store.memory.js';
export * from './types.js';
