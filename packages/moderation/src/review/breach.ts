import { type JobHandler, systemActor } from '@socialkit/core';
import { caseEventOf, type ReviewDeps } from './unit.js';

/** The queue of the recurring look at the clock. */
export const BREACH_QUEUE = 'cases.breach';
const INTERVAL_MS = 60_000;
const BATCH = 200;

/** Marks cases that were not decided in the time their queue is given, once each, and says so: every minute. */
export function createBreachJob(deps: Pick<ReviewDeps, 'unitOfWork' | 'runtime'>): {
  readonly queue: string;
  schedule(): Promise<void>;
  readonly handle: JobHandler;
} {
  const actor = systemActor(BREACH_QUEUE);
  const schedule = () => {
    const slot = Math.floor(deps.runtime.clock.now() / INTERVAL_MS) + 1;
    // The slot in the key keeps a second process from planning the same look again.
    return deps.unitOfWork.transact(async ({ jobs }) => {
      await jobs.enqueue(BREACH_QUEUE, {}, { key: `slot:${slot}`, runAt: slot * INTERVAL_MS });
    });
  };
  const mark = () =>
    deps.unitOfWork.transact(async (stores) => {
      const late = await stores.cases.breach(deps.runtime.clock.now(), BATCH);
      await stores.outbox.appendAll(
        late.map((one) => ({
          type: 'case.breached' as const,
          actor,
          payload: { ...caseEventOf(one), queue: one.queue, dueAt: one.dueAt },
        })),
      );
      return late.length;
    });
  return {
    queue: BREACH_QUEUE,
    schedule,
    async handle(_jobs, { signal }) {
      await schedule();
      do signal.throwIfAborted();
      while ((await mark()) === BATCH);
    },
  };
}
