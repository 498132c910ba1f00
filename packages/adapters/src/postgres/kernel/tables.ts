import type { Generated } from 'kysely';

/** Tables of the kernel. `bigint` columns arrive as decimal strings; times are Unix milliseconds. */
export interface KernelTables {
  events: EventsTable;
  jobs: JobsTable;
  event_subscriptions: EventSubscriptionsTable;
  idempotency_keys: IdempotencyKeysTable;
  nodes: NodesTable;
  audit_log: AuditLogTable;
}

/** What happened. Partitioned by month of `id`. */
export interface EventsTable {
  id: string;
  type: string;
  version: number;
  actor_id: string;
  occurred_at: string;
  payload: unknown;
}

/**
 * Work to do: one row per job, and one per event and subscriber.
 * Live: `dead_at` is null. Claimed: `token` is not null, and `run_at` is the end of the lease.
 */
export interface JobsTable {
  id: Generated<string>;
  queue: string;
  event_id: string | null;
  payload: unknown;
  key: string | null;
  run_at: string;
  attempts: Generated<number>;
  max_attempts: number;
  token: string | null;
  dead_at: string | null;
  last_error: string | null;
}

/** Which durable subscriber receives which event type. */
export interface EventSubscriptionsTable {
  type: string;
  subscriber: string;
  max_attempts: number;
}

/** Results of finished creates, remembered until they expire. */
export interface IdempotencyKeysTable {
  actor_id: string;
  operation: string;
  key: string;
  fingerprint: string;
  result: string;
  expires_at: string;
}

/** Node numbers in use: the ten bits of an id that tell processes apart. */
export interface NodesTable {
  node: number;
  token: string;
  leased_until: string;
}

/** What staff and the system did to whom; written in the transaction of what it describes. */
export interface AuditLogTable {
  id: string;
  actor_id: string;
  action: string;
  subject_kind: string;
  subject_id: string;
  at: string;
  details: unknown;
}
