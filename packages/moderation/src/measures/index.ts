export { type Grounds, MEASURE_KINDS, type Measure, type MeasureKind } from '@socialkit/core';
export { applyMeasures, requireRevision } from './apply.js';
export { createMeasuresSlice, type MeasuresService, type MeasuresSlice } from './measures-service.js';
export { measureOperations, type StaffMeasure } from './operations.js';
export { reverseMeasures } from './reverse.js';
export * from './types.js';
export type { MeasureStores, MeasuresDeps } from './unit.js';
export type { MeasureWorkDeps } from './work.js';
