/** The embedded PostgreSQL behind a `pg.Pool`. */
export { openPglite, type Pglite, type PgliteOptions } from './open-pglite.js';
