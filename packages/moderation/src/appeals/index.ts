export { type Appeals, type AppealsService, createAppeals } from './appeals-service.js';
export { appealOperations } from './operations.js';
export { createRuleStandings, precisionOf } from './standings.js';
export type * from './store.js';
export { createMemoryAppeals } from './store.memory.js';
export * from './types.js';
export type { AppealDeps, AppealEvents, AppealVerdict, OpenAppealCase } from './unit.js';
