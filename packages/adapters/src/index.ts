export * from './kit/index.js';
export type { Storage } from './storage.js';
