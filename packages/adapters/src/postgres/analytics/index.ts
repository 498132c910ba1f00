export { analyticsMigrations } from './migrations.js';
export { createPostgresAnalytics, createPostgresAnalyticsReader } from './store.js';
export type { AnalyticsTables } from './tables.js';
