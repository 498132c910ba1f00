export * from './appeals/store.suite.js';
export * from './audit-chain/store.suite.js';
export * from './detectors/spam/post-history.suite.js';
export * from './kernel/detector.suite.js';
export * from './reports/store.suite.js';
export * from './results/store.suite.js';
export * from './review/store.suite.js';
export * from './strikes/store.suite.js';
export type { ModerationSuiteBackend, ModerationSuiteHandle } from './suite-backend.js';
