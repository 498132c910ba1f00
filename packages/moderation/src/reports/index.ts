export type { ReportEvents } from './events.js';
export { reportOperations } from './operations.js';
export * from './reasons.js';
export { createReports, type ReportOptions, type Reports, type ReportsService } from './reports-service.js';
export type * from './store.js';
export { createMemoryReports } from './store.memory.js';
export * from './types.js';
export type { ReportDeps, ReportSettings, Sees } from './unit.js';
export { BURST_MS, crowdOf, crowdWeight, PRIOR_REPORTS, weightOf, YOUNG_MS } from './weight.js';
