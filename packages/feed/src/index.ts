export * from './interests/index.js';
export * from './ranking/index.js';
export * from './recommendations/items/index.js';
export * from './recommendations/models/index.js';
export * from './recommendations/people/index.js';
export * from './recommendations/posts/index.js';
export type { DiscoveryStores, DiscoveryUnit } from './stores.js';
export * from './timelines/index.js';
export * from './trending/index.js';
