export { type Grounds, MEASURE_KINDS, type Measure, type MeasureKind } from '@socialkit/core';
export { applyMeasures, requireRevision } from './apply.js';
export { reverseMeasures } from './reverse.js';
export * from './types.js';
export type { MeasureStores, MeasuresDeps } from './unit.js';
