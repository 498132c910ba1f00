export * from './detectors/spam/post-history.suite.js';
export * from './kernel/detector.suite.js';
export * from './results/store.suite.js';
export type { ModerationSuiteBackend, ModerationSuiteHandle } from './suite-backend.js';
