import { randomUUID } from 'node:crypto';
import {
  type Clock,
  DEFAULT_MAX_ATTEMPTS,
  type Job,
  type JobClaim,
  type JobStore,
  type JobWriter,
  MAX_JOB_PAYLOAD_BYTES,
  SocialError,
} from '@socialkit/core';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database.js';
import * as statements from './job-statements.js';

/** @param onEnqueue called when a row was written, so that workers are signalled after the commit */
export function createPostgresJobWriter(
  deps: { readonly tx: Transaction<Database>; readonly clock: Clock },
  onEnqueue: () => void = () => {},
): JobWriter {
  const { tx, clock } = deps;
  return {
    async enqueue(queue, payload, options = {}) {
      const text = JSON.stringify(payload ?? null);
      if (Buffer.byteLength(text) > MAX_JOB_PAYLOAD_BYTES)
        throw new SocialError(
          'too_large',
          'job.too_large',
          'a job payload is at most 64 KiB: enqueue ids, not content',
        );
      const written = await statements.enqueue.affected(tx, {
        queue,
        payload: text,
        key: options.key ?? null,
        runAt: options.runAt ?? clock.now(),
        maxAttempts: options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
      });
      if (written > 0) onEnqueue();
      return written > 0;
    },
    cancel: async (queue, key) => (await statements.cancel.affected(tx, { queue, key })) > 0,
  };
}

const ofClaims = (claims: readonly JobClaim[]) => ({
  ids: claims.map(({ id }) => id),
  tokens: claims.map(({ token }) => token),
});

/** Jobs in the database of the product's rows: claimed by state, with a lease and a fencing token. */
export function createPostgresJobStore(deps: {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
}): JobStore {
  const { db, clock } = deps;
  return {
    async claim(queue, limit, leaseMs) {
      const now = clock.now();
      const token = randomUUID();
      const rows = await statements.claim.run(db, { queue, now, limit, until: now + leaseMs, token });
      // RETURNING promises no order.
      return [...rows]
        .sort((a, b) => Number(a.due_at) - Number(b.due_at) || (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
        .map(
          (row): Job => ({
            id: row.id,
            queue,
            key: row.key,
            payload: row.payload,
            attempt: row.attempts,
            maxAttempts: row.max_attempts,
            token,
          }),
        );
    },
    acknowledge: async (claims) =>
      claims.length === 0 ? 0 : statements.acknowledge.affected(db, ofClaims(claims)),
    async extend(claims, leaseMs) {
      if (claims.length === 0) return [];
      const rows = await statements.extend.run(db, { ...ofClaims(claims), until: clock.now() + leaseMs });
      return rows.map(({ id }) => id);
    },
    async fail({ id, token }, error, retryAt) {
      const values = { id, token, error: error.replaceAll('\u0000', '') };
      return retryAt === null
        ? (await statements.bury.affected(db, { ...values, now: clock.now() })) > 0
        : (await statements.retry.affected(db, { ...values, retryAt })) > 0;
    },
    async stats(queue) {
      const row = await statements.stats.first(db, { queue: queue ?? null, now: clock.now() });
      return { due: row?.due ?? 0, scheduled: row?.scheduled ?? 0, dead: row?.dead ?? 0 };
    },
    async dead({ queue, after, limit }) {
      const rows = await statements.dead.run(db, { queue: queue ?? null, after: after ?? null, limit });
      return rows.map((row) => ({
        id: row.id,
        queue: row.queue,
        payload: row.payload,
        attempts: row.attempts,
        lastError: row.last_error ?? '',
        deadAt: Number(row.dead_at),
      }));
    },
    replay: async (ids) => (ids.length === 0 ? 0 : statements.replay.affected(db, { ids, now: clock.now() })),
  };
}
