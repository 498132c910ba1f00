export * from './detectors/spam/post-history.suite.js';
export * from './kernel/detector.suite.js';
