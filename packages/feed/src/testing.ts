export * from './ranking/store.suite.js';
export * from './timelines/deliveries.suite.js';
export * from './timelines/sample-ground.js';
export * from './timelines/sample-world.js';
export type { TimelineHarness } from './timelines/store.harness.js';
export * from './timelines/store.suite.js';
export * from './timelines/truth.suite.js';
export * from './timelines/worlds.suite.js';
