export { createPostgresAnalytics, createPostgresAnalyticsReader } from './store.js';
