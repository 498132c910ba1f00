export { createPostgresPostViews } from './views.js';
