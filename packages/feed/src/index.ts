export * from './ranking/index.js';
export type { DiscoveryStores } from './stores.js';
export * from './timelines/index.js';
