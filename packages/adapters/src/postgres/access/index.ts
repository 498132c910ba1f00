export { createPostgresFacts } from './facts.js';
export * from './policy-sql.js';
