import { type CounterReader, type CounterReconciler, type CounterWriter, groupDeltas } from '@socialkit/core';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database.js';
import { applyDeltas } from './apply.js';
import { followingSubject, recountStretch, repairCounters } from './recount.js';

/** Recounts counters. */
export const createPostgresCounterReader = (db: Kysely<Database>): CounterReader => ({
  recount: (subject, stretch) => recountStretch(db, subject, stretch),
  following: (subject, after) => followingSubject(db, subject, after),
});

/** Changes and repairs counters inside a transaction. */
export function createPostgresCounters(
  tx: Transaction<Database>,
): CounterWriter & CounterReader & CounterReconciler {
  return {
    ...createPostgresCounterReader(tx),
    async add(deltas) {
      for (const { subject, rows } of groupDeltas(deltas)) await applyDeltas(tx, subject, rows);
    },
    repair: (subject, ids) => repairCounters(tx, subject, ids),
  };
}
