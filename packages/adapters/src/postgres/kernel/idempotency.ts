import type { Clock, IdempotencyStore } from '@socialkit/core';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

const sample = { actorId: '1', operation: 'sample.create', key: 'k' };

const lock = defineStatement({
  name: 'idempotency.lock',
  params: { subject: 'text' },
  build: (_, { subject }) => sql`SELECT pg_advisory_xact_lock(hashtextextended('once:' || ${subject}, 0))`,
  sample: () => ({ subject: 'sample' }),
});

const find = defineStatement({
  name: 'idempotency.find',
  params: { actorId: 'text', operation: 'text', key: 'text', now: 'bigint' },
  build: (db, { actorId, operation, key, now }) =>
    db
      .selectFrom('idempotency_keys')
      .select(['fingerprint', 'result'])
      .where('actor_id', '=', actorId)
      .where('operation', '=', operation)
      .where('key', '=', key)
      .where('expires_at', '>', now),
  sample: ({ now }) => ({ ...sample, now }),
});

const remember = defineStatement({
  name: 'idempotency.remember',
  params: {
    actorId: 'text',
    operation: 'text',
    key: 'text',
    fingerprint: 'text',
    result: 'text',
    expiresAt: 'bigint',
  },
  build: (db, { actorId, operation, key, fingerprint, result, expiresAt }) =>
    db
      .insertInto('idempotency_keys')
      .values({ actor_id: actorId, operation, key, fingerprint, result, expires_at: expiresAt })
      // An expired record of the same key.
      .onConflict((conflict) =>
        conflict
          .columns(['actor_id', 'operation', 'key'])
          .doUpdateSet({ fingerprint, result, expires_at: expiresAt }),
      ),
  sample: ({ now }) => ({ ...sample, fingerprint: 'f', result: '{}', expiresAt: now }),
});

export function createPostgresIdempotency(deps: {
  readonly tx: Transaction<Database>;
  readonly clock: Clock;
}): IdempotencyStore {
  const { tx, clock } = deps;
  return {
    async claim(actorId, operation, key) {
      await lock.run(tx, { subject: JSON.stringify([actorId, operation, key]) });
      const record = await find.first(tx, { actorId, operation, key, now: clock.now() });
      return record ?? null;
    },
    async record(actorId, operation, key, { fingerprint, result }, expiresAt) {
      await remember.run(tx, { actorId, operation, key, fingerprint, result, expiresAt });
    },
  };
}
