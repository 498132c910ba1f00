export { createPostgresPostViews, type PostgresPostViews } from './views.js';
