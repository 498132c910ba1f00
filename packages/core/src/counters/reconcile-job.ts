import { systemActor } from '../kernel/actor.js';
import { isSocialError } from '../kernel/errors.js';
import type { JobHandler, JobWriter } from '../kernel/jobs.js';
import type { Clock, Logger } from '../kernel/runtime.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import { type ReconcileDeps, type ReconcileStores, reconcileStretch } from './reconcile.js';
import { RECONCILE_BATCH, type ReconcilePosition } from './types.js';

/** Subjects one walk passes over before it takes the database to be the problem. */
const MAX_PASSED_OVER = 100;

/** The recurring walk over all counters, which repairs what drifted. */
export interface ReconcileJob {
  readonly queue: string;
  /** Plans the next walk; called at every start. Any number of processes may call it: there is one walk an interval. */
  schedule(): Promise<void>;
  readonly handler: JobHandler;
}

/** What the recurring walk works on. */
export interface ReconcileJobDeps extends ReconcileDeps {
  readonly unitOfWork: UnitOfWork<ReconcileStores & { readonly jobs: JobWriter }>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * @param options.intervalMs milliseconds between the starts of two walks @default 24 hours
 * @param options.batch subjects a stretch @default 200
 */
export function createReconcileJob(
  deps: ReconcileJobDeps,
  options: { readonly intervalMs?: number; readonly batch?: number } = {},
): ReconcileJob {
  const intervalMs = options.intervalMs ?? 24 * 60 * 60_000;
  const limit = options.batch ?? RECONCILE_BATCH;
  const queue = 'counters.reconcile';
  const actor = systemActor(queue);
  const schedule = () => {
    const slot = Math.floor(deps.clock.now() / intervalMs) + 1;
    // The slot in the key keeps a second process, and a walk that plans its successor, from starting another one.
    return deps.unitOfWork.transact(async ({ jobs }) => {
      await jobs.enqueue(queue, {}, { key: `slot:${slot}`, runAt: slot * intervalMs });
    });
  };
  const passOver = async ({ subject, after }: ReconcilePosition): Promise<ReconcilePosition> => {
    const id = await deps.readers.counters.following(subject, after);
    deps.logger.warn({ subject, id }, 'a subject has too much to be recounted in time; passed over');
    return { subject, after: id ?? after };
  };
  return {
    queue,
    schedule,
    async handler(_jobs, { signal }) {
      await schedule();
      let [checked, drifted, size, passed] = [0, 0, limit, 0];
      const step = async (from: ReconcilePosition): Promise<ReconcilePosition | null> => {
        try {
          const done = await reconcileStretch(deps, actor, { ...from, limit: size, repair: true });
          checked += done.checked;
          drifted += done.drifted.length;
          size = Math.min(size * 2, limit);
          return done.next;
        } catch (error) {
          const late = isSocialError(error) && error.category === 'timeout';
          if (!late || passed >= MAX_PASSED_OVER) throw error;
          // Somebody in the stretch counts millions: smaller stretches find out who, and he alone is passed over.
          if (size > 1) {
            size = Math.ceil(size / 4);
            return from;
          }
          passed++;
          return passOver(from);
        }
      };
      let position: ReconcilePosition | null = { subject: 'account', after: null };
      while (position !== null) {
        signal.throwIfAborted();
        position = await step(position);
      }
      deps.logger[drifted > 0 ? 'warn' : 'info']({ checked, drifted }, 'counters recounted');
    },
  };
}
