import type { JobHandler, Runtime, UnitOfWork } from '@socialkit/core';
import type { ModerationUnit } from '../stores.js';
import { RESULT_RETENTION_MS } from './types.js';

/** The queue of the recurring removal. */
export const RESULT_PURGE_QUEUE = 'moderation_results.purge';
const INTERVAL_MS = 24 * 60 * 60_000;
const BATCH = 500;

/** Removes results that nobody can appeal against any more, once a day. */
export function createResultPurge(deps: {
  readonly unitOfWork: UnitOfWork<ModerationUnit>;
  readonly runtime: Runtime;
}): { readonly queue: string; schedule(): Promise<void>; readonly handle: JobHandler } {
  const { unitOfWork, runtime } = deps;
  const schedule = () => {
    const slot = Math.floor(runtime.clock.now() / INTERVAL_MS) + 1;
    return unitOfWork.transact(async ({ jobs }) => {
      await jobs.enqueue(RESULT_PURGE_QUEUE, {}, { key: `slot:${slot}`, runAt: slot * INTERVAL_MS });
    });
  };
  const before = () => runtime.clock.now() - RESULT_RETENTION_MS;
  return {
    queue: RESULT_PURGE_QUEUE,
    schedule,
    async handle(_jobs, { signal }) {
      await schedule();
      do signal.throwIfAborted();
      while ((await unitOfWork.transact(({ results }) => results.purge(before(), BATCH))) === BATCH);
    },
  };
}
