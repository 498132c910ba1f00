export {
  type Analytics,
  type AnalyticsDeps,
  type AnalyticsOptions,
  type AnalyticsService,
  createAnalytics,
  type TrackService,
} from './analytics-service.js';
export { AGE_BANDS } from './audience.js';
export { bestTimesOf, engagementRatesOf, groupsOf } from './content.js';
export { DEFINITIONS, DEFINITIONS_VERSION } from './definitions.js';
export {
  ANALYTICS_KINDS,
  type AnalyticsEvent,
  type AnalyticsKind,
  type AnalyticsPost,
  dayOf,
  firstOpenDay,
  hourOf,
  newestVersions,
  oldestRawDay,
  RAW_DAYS,
} from './events.js';
export { hash64 } from './hash.js';
export { ROLLUP_BATCH, ROLLUP_QUEUE, type RollupDeps, rollUp, rollUpOnce } from './maintain.js';
export { analyticsOperations } from './operations.js';
export {
  COUNTS,
  type CountName,
  type Counts,
  createSum,
  engagementsOf,
  LAYERS,
  type Layer,
  NO_COUNTS,
  type Rollup,
  type RollupKey,
  SPANS,
  type Span,
  WHOLE,
} from './rollup.js';
export {
  createSketch,
  EXACT_LIMIT,
  MAX_SKETCH_BYTES,
  mergeSketches,
  type Sketch,
  sketchFromBytes,
} from './sketch.js';
export { hideSmallCells, SMALL_CELL, type Split } from './small-cells.js';
export {
  growthOf,
  meanAndMedianOf,
  medianOf,
  type Rates,
  ratesOf,
  type Summary,
  sevenDayMean,
} from './statistics.js';
export type * from './store.js';
export { createMemoryAnalytics } from './store.memory.js';
export {
  DROP_REASONS,
  type DropReason,
  MAX_TRACK_BATCH,
  type Tracked,
  type TrackOptions,
  trackOperations,
  VIEWABLE,
} from './track.js';
export * from './types.js';
export { createLocalClock, type LocalClock, type LocalDay } from './zones.js';
