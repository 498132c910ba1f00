import { DEFAULT_MAX_ATTEMPTS, type SubscriptionStore } from '@socialkit/core';
import type { Kysely } from 'kysely';
import type { Database } from '../database.js';

export const createPostgresSubscriptions = (db: Kysely<Database>): SubscriptionStore => ({
  subscribe: (subscriber, types, { maxAttempts = DEFAULT_MAX_ATTEMPTS } = {}) =>
    db.transaction().execute(async (tx) => {
      const wanted = [...new Set<string>(types)].sort();
      await tx
        .deleteFrom('event_subscriptions')
        .where('subscriber', '=', subscriber)
        .$if(wanted.length > 0, (query) => query.where('type', 'not in', wanted))
        .execute();
      if (wanted.length === 0) return;
      await tx
        .insertInto('event_subscriptions')
        .values(wanted.map((type) => ({ type, subscriber, max_attempts: maxAttempts })))
        .onConflict((conflict) =>
          conflict.columns(['type', 'subscriber']).doUpdateSet({ max_attempts: maxAttempts }),
        )
        .execute();
    }),
});
