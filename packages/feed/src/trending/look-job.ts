import type { JobHandler } from '@socialkit/core';
import { lookFor } from './look.js';
import { TREND_KINDS, TREND_WINDOWS } from './types.js';
import type { TrendDeps } from './unit.js';
import { USES_KEPT_MS, WINDOW_PLANS } from './windows.js';

/** The queue of the looks. */
export const LOOK_QUEUE = 'trends.look';
/** Time between two looks of the shortest window. */
const SLOT_MS = 60_000;
const SLOTS_AN_HOUR = 60;
/** Batches of old uses removed in one look. */
const MAX_SWEEPS = 20;

/** The recurring look for trends. */
export interface LookJob {
  readonly queue: string;
  readonly handle: JobHandler;
  /** Plans the next look; called at every start. Any number of processes may call it: there is one look a minute. */
  schedule(): Promise<void>;
}

/** Looks every minute for the trends of an hour, every ten for those of a day, every hour for those of a week. */
export function createLookJob(deps: TrendDeps): LookJob {
  const { unitOfWork, stores, runtime } = deps;
  const schedule = async () => {
    const slot = Math.floor(runtime.clock.now() / SLOT_MS) + 1;
    // The slot in the key keeps a second process, and a look that plans its successor, from starting another one.
    await unitOfWork.transact(({ jobs }) =>
      jobs.enqueue(LOOK_QUEUE, {}, { key: `slot:${slot}`, runAt: slot * SLOT_MS }),
    );
  };
  return {
    queue: LOOK_QUEUE,
    schedule,
    async handle(_jobs, { signal }) {
      await schedule();
      const now = runtime.clock.now();
      const slot = Math.floor(now / SLOT_MS);
      for (const window of TREND_WINDOWS) {
        const plan = WINDOW_PLANS[window];
        if (slot % (plan.everyMs / SLOT_MS) !== 0) continue;
        for (const kind of TREND_KINDS) {
          signal.throwIfAborted();
          // One that takes too long must not keep the others from being made: it is tried again when its time comes.
          await lookFor(deps, plan, kind, now).catch((error) =>
            runtime.logger.warn({ err: error, window, kind }, 'a look for trends failed'),
          );
        }
      }
      if (slot % SLOTS_AN_HOUR !== 0) return;
      for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
        signal.throwIfAborted();
        if ((await stores.uses.removeBefore(now - USES_KEPT_MS)) === 0) break;
      }
    },
  };
}
