export * from './formatting.js';
export * from './hashtags.js';
export * from './links.js';
export * from './mentions.js';
export * from './reading.js';
export * from './resolve-mentions.js';
export * from './types.js';
