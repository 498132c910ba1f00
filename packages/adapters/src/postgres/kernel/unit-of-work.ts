import { setTimeout as delay } from 'node:timers/promises';
import type { AnyEvent, Clock, Logger, UnitOfWork } from '@socialkit/core';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database.js';
import { isMissingPartition, isTransient, missingPartitionId } from '../errors.js';
import { ensurePartitionOf, ensurePartitions } from '../partitions.js';

/** What a transaction collects for after its commit. */
export interface CommitLog {
  /** An event was appended. */
  event(event: AnyEvent): void;
  /** Something was written for workers: a job, or the delivery of an event to a subscriber. */
  job(): void;
}

/** Times a transaction runs at most before a deadlock or a serialization failure is given to the caller. */
export const MAX_TRANSACTION_ATTEMPTS = 5;

/** Milliseconds before the next attempt: random, so that those who met do not meet again. */
const pauseMs = (attempt: number): number => Math.random() * 5 * 2 ** attempt;

/**
 * READ COMMITTED transactions over a database.
 *
 * Deadlocks and serialization failures run the whole function again, with jitter, up to
 * {@link MAX_TRANSACTION_ATTEMPTS} times. A row without a partition makes the partitions of its month and runs it again, so a
 * clock that jumped stops no write. `onCommit` is called once after a commit that wrote events or jobs, and is told whether
 * workers have something to do.
 *
 * @throws storage.contention (unavailable) after the last attempt, storage.* as in `translateError`, and whatever `work` throws
 */
export function createPostgresUnitOfWork<S>(deps: {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly stores: (tx: Transaction<Database>, log: CommitLog) => S;
  readonly onCommit: (events: readonly AnyEvent[], work: boolean) => void;
}): UnitOfWork<S> {
  const { db, clock, logger, stores, onCommit } = deps;

  const attempt = async <T>(work: (stores: S) => Promise<T>): Promise<T> => {
    const events: AnyEvent[] = [];
    let jobs = false;
    const log: CommitLog = {
      event: (event) => events.push(event),
      job: () => {
        jobs = true;
      },
    };
    const result = await db.transaction().execute((tx) => work(stores(tx, log)));
    if (events.length > 0 || jobs) onCommit(events, jobs);
    return result;
  };

  const makePartitions = async (error: unknown) => {
    const id = missingPartitionId(error);
    const made = [
      ...(await ensurePartitions(db, clock.now())),
      ...(id === undefined ? [] : await ensurePartitionOf(db, id)),
    ];
    logger.warn({ made }, 'a row had no partition; they are made ahead by a job that seems not to run');
  };

  return {
    async transact(work) {
      let partitioned = false;
      for (let round = 1; ; round++) {
        try {
          return await attempt(work);
        } catch (error) {
          if (isMissingPartition(error) && !partitioned) {
            partitioned = true;
            await makePartitions(error);
          } else if (isTransient(error) && round < MAX_TRANSACTION_ATTEMPTS) {
            await delay(pauseMs(round));
          } else throw error;
        }
      }
    },
  };
}
