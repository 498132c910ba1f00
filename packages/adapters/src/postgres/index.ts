export { openPostgres, type Postgres, type PostgresOptions } from './connection.js';
export type { Database } from './database.js';
export { sendNamed } from './driver.js';
export { createLeasedIds, leaseNode, type NodeLease } from './kernel/node-lease.js';
export { createMaintenance, type Maintenance, type MaintenanceOptions } from './maintenance.js';
export { type MigrationReport, migrate, migrateServer, pendingMigrations } from './migrate.js';
export { detachPartitions, ensurePartitions, missingPartitions } from './partitions.js';
export { createPostgresSignals, type PostgresSignals } from './signals.js';
export { createPostgresStorage } from './storage.js';
