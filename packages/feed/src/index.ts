export * from './timelines/index.js';
