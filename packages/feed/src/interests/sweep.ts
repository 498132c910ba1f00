import type { JobHandler, JobWriter, UnitOfWork } from '@socialkit/core';
import type { InterestDeps } from './unit.js';

/** The queue that forgets which events were counted. */
export const SWEEP_QUEUE = 'interests.sweep';
const DAY_MS = 24 * 60 * 60_000;
/** How long an event is known to have been counted: longer than its delivery is retried. */
const KEPT_MS = 14 * DAY_MS;
/** Batches of one run. */
const MAX_BATCHES = 200;

/** The recurring sweep. */
export interface InterestSweep {
  readonly queue: string;
  readonly handle: JobHandler;
  /** Plans the next sweep; called at every start, by any number of processes: there is one a day. */
  schedule(): Promise<void>;
}

/** Forgets, once a day, which events were counted long ago. */
export function createInterestSweep(
  deps: InterestDeps & { readonly unitOfWork: UnitOfWork<{ readonly jobs: JobWriter }> },
): InterestSweep {
  const { clock } = deps.runtime;
  const schedule = async () => {
    const day = Math.floor(clock.now() / DAY_MS) + 1;
    await deps.unitOfWork.transact(({ jobs }) =>
      jobs.enqueue(SWEEP_QUEUE, {}, { key: `day:${day}`, runAt: day * DAY_MS }),
    );
  };
  return {
    queue: SWEEP_QUEUE,
    schedule,
    async handle(_jobs, { signal }) {
      await schedule();
      for (let batch = 0; batch < MAX_BATCHES; batch++) {
        signal.throwIfAborted();
        if ((await deps.stores.interests.forgetEvents(clock.now() - KEPT_MS)) === 0) return;
      }
    },
  };
}
