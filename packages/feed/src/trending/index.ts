export {
  DETECTOR_DEFAULTS,
  type DetectorOptions,
  type Observation,
  type TrendLevel,
} from './detector.js';
export { lookFor } from './look.js';
export { TRENDS_PERMISSION, trendOperations } from './operations.js';
export * from './store.js';
export * from './store.memory.js';
export { createTrends, type Trends, type TrendsService } from './trending-service.js';
export * from './types.js';
export type { TrendDeps, TrendOptions, TrendUnit } from './unit.js';
export { WINDOW_PLANS, type WindowPlan } from './windows.js';
