import { randomUUID } from 'node:crypto';
import { SocialError } from './errors.js';
import { type AnyEvent, actorIdOf, type SocialEvent } from './events.js';
import type { IdempotencyRecord, IdempotencyStore } from './idempotency.js';
import { compareIds, type Id, type Ids } from './ids.js';
import type { DeadJob, Job, JobStore, JobWriter } from './jobs.js';
import { keyOf, type MemorySession, type MemoryTables } from './memory.js';
import type { Outbox, SubscriptionStore } from './outbox.js';
import type { Clock } from './runtime.js';

/** Bytes of a job's payload at most. */
export const MAX_JOB_PAYLOAD_BYTES = 64 * 1024;
/** Attempts of a job or delivery when nobody says otherwise. */
export const DEFAULT_MAX_ATTEMPTS = 12;

interface JobRow {
  readonly id: Id;
  readonly queue: string;
  readonly payload: unknown;
  readonly key: string | null;
  readonly runAt: number;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly token: string | null;
  readonly deadAt: number | null;
  readonly lastError: string | null;
}

const jobs = (tables: MemoryTables) => tables.table<JobRow>('jobs');

interface SubscriptionRow {
  readonly type: string;
  readonly subscriber: string;
  readonly maxAttempts: number;
}

const subscriptions = (tables: MemoryTables) => tables.table<SubscriptionRow>('event_subscriptions');

interface Deps {
  readonly session: MemorySession;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** The reference {@link Outbox}. @param onAppend hears every appended event; the unit of work publishes them after commit */
export function createMemoryOutbox(deps: Deps, onAppend: (event: AnyEvent) => void): Outbox {
  const { session, clock, ids } = deps;
  const outbox: Outbox = {
    append: (event) =>
      session.run((tables) => {
        const stored = Object.freeze({
          id: ids.next(),
          type: event.type,
          version: event.version ?? 1,
          occurredAt: clock.now(),
          actorId: actorIdOf(event.actor),
          payload: structuredClone(event.payload),
        }) as SocialEvent<typeof event.type>;
        tables.table('events').put(stored.id, stored);
        for (const { type, subscriber, maxAttempts } of subscriptions(tables).rows()) {
          if (type !== stored.type) continue;
          const id = ids.next();
          jobs(tables).put(id, {
            id,
            queue: subscriber,
            payload: stored,
            key: null,
            runAt: clock.now(),
            attempts: 0,
            maxAttempts,
            token: null,
            deadAt: null,
            lastError: null,
          });
        }
        onAppend(stored as unknown as AnyEvent);
        return stored;
      }),
    async appendAll(events) {
      const stored: SocialEvent[] = [];
      for (const event of events) stored.push(await outbox.append(event));
      return stored;
    },
  };
  return outbox;
}

/** The reference {@link SubscriptionStore}. */
export function createMemorySubscriptions(session: MemorySession): SubscriptionStore {
  return {
    subscribe: (subscriber, types, { maxAttempts = DEFAULT_MAX_ATTEMPTS } = {}) =>
      session.run((tables) => {
        const table = subscriptions(tables);
        for (const row of [...table.rows()])
          if (row.subscriber === subscriber) table.remove(keyOf(row.type, subscriber));
        for (const type of types) table.put(keyOf(type, subscriber), { type, subscriber, maxAttempts });
      }),
  };
}

/** The reference {@link JobWriter}. */
export function createMemoryJobWriter(deps: Deps): JobWriter {
  const { session, clock, ids } = deps;
  const live = (tables: MemoryTables, queue: string, key: string) =>
    [...jobs(tables).rows()].find((job) => job.queue === queue && job.key === key && job.deadAt === null);
  return {
    enqueue: (queue, payload, options = {}) =>
      session.run((tables) => {
        const text = JSON.stringify(payload ?? null);
        if (Buffer.byteLength(text) > MAX_JOB_PAYLOAD_BYTES)
          throw new SocialError(
            'too_large',
            'job.too_large',
            'a job payload is at most 64 KiB: enqueue ids, not content',
          );
        if (options.key !== undefined && live(tables, queue, options.key)) return false;
        const id = ids.next();
        jobs(tables).put(id, {
          id,
          queue,
          payload: JSON.parse(text),
          key: options.key ?? null,
          runAt: options.runAt ?? clock.now(),
          attempts: 0,
          maxAttempts: options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
          token: null,
          deadAt: null,
          lastError: null,
        });
        return true;
      }),
    cancel: (queue, key) =>
      session.run((tables) => {
        const job = live(tables, queue, key);
        return job !== undefined && job.token === null && jobs(tables).remove(job.id);
      }),
  };
}

/** The reference {@link JobStore}. */
export function createMemoryJobStore(deps: Omit<Deps, 'ids'>): JobStore {
  const { session, clock } = deps;
  const held = (tables: MemoryTables, claim: { id: Id; token: string }) => {
    const row = jobs(tables).get(claim.id);
    return row?.token === claim.token && row.deadAt === null ? row : undefined;
  };
  return {
    claim: (queue, limit, leaseMs) =>
      session.run((tables) => {
        const due = [...jobs(tables).rows()]
          .filter((job) => job.queue === queue && job.deadAt === null && job.runAt <= clock.now())
          .sort((a, b) => a.runAt - b.runAt || compareIds(a.id, b.id))
          .slice(0, limit);
        return due.map((row): Job => {
          const token = randomUUID();
          const attempt = row.attempts + 1;
          jobs(tables).put(row.id, { ...row, attempts: attempt, token, runAt: clock.now() + leaseMs });
          return {
            id: row.id,
            queue,
            key: row.key,
            payload: row.payload,
            attempt,
            maxAttempts: row.maxAttempts,
            token,
          };
        });
      }),
    acknowledge: (claims) =>
      session.run(
        (tables) => claims.filter((claim) => held(tables, claim) && jobs(tables).remove(claim.id)).length,
      ),
    extend: (claims, leaseMs) =>
      session.run((tables) =>
        claims.flatMap((claim) => {
          const row = held(tables, claim);
          if (!row) return [];
          jobs(tables).put(row.id, { ...row, runAt: clock.now() + leaseMs });
          return [row.id];
        }),
      ),
    fail: (claim, error, retryAt) =>
      session.run((tables) => {
        const row = held(tables, claim);
        if (!row) return false;
        jobs(tables).put(
          row.id,
          retryAt === null
            ? { ...row, token: null, lastError: error, deadAt: clock.now(), key: null }
            : { ...row, token: null, lastError: error, runAt: retryAt },
        );
        return true;
      }),
    stats: (queue) =>
      session.run((tables) => {
        const stats = { due: 0, scheduled: 0, dead: 0 };
        for (const row of jobs(tables).rows()) {
          if (queue !== undefined && row.queue !== queue) continue;
          if (row.deadAt !== null) stats.dead++;
          else if (row.token !== null || row.runAt <= clock.now()) stats.due++;
          else stats.scheduled++;
        }
        return stats;
      }),
    dead: ({ queue, after, limit }) =>
      session.run((tables) =>
        [...jobs(tables).rows()]
          .filter((row) => row.deadAt !== null && (queue === undefined || row.queue === queue))
          .filter((row) => after === undefined || compareIds(row.id, after) < 0)
          .sort((a, b) => compareIds(b.id, a.id))
          .slice(0, limit)
          .map(
            (row): DeadJob => ({
              id: row.id,
              queue: row.queue,
              payload: row.payload,
              attempts: row.attempts,
              lastError: row.lastError ?? '',
              deadAt: row.deadAt ?? 0,
            }),
          ),
      ),
    replay: (ids) =>
      session.run((tables) => {
        let count = 0;
        for (const id of ids) {
          const row = jobs(tables).get(id);
          if (!row || row.deadAt === null) continue;
          jobs(tables).put(id, { ...row, deadAt: null, attempts: 0, runAt: clock.now() });
          count++;
        }
        return count;
      }),
  };
}

/** The reference {@link IdempotencyStore}. */
export function createMemoryIdempotency(deps: Omit<Deps, 'ids'>): IdempotencyStore {
  const { session, clock } = deps;
  type Row = IdempotencyRecord & { readonly expiresAt: number };
  return {
    claim: (actorId, operation, key) =>
      session.run((tables) => {
        const row = tables.table<Row>('idempotency_keys').get(keyOf(actorId, operation, key));
        return row && row.expiresAt > clock.now()
          ? { fingerprint: row.fingerprint, result: row.result }
          : null;
      }),
    record: (actorId, operation, key, record, expiresAt) =>
      session.run((tables) =>
        tables.table<Row>('idempotency_keys').put(keyOf(actorId, operation, key), { ...record, expiresAt }),
      ),
  };
}
