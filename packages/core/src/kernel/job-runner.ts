import { SocialError } from './errors.js';
import type { Id } from './ids.js';
import type { Job, JobHandler, JobStats, JobStore } from './jobs.js';
import type { Clock, Logger, Tracer } from './runtime.js';

/** First retry after about this many milliseconds, doubling from there. */
export const RETRY_BASE_MS = 1000;
/** Longest pause between two attempts, in milliseconds. */
export const RETRY_MAX_MS = 10 * 60_000;

/**
 * Milliseconds to wait after a failed attempt: exponential with half of it random, so that a crowd that failed
 * together does not come back together.
 */
export const retryDelayMs = (attempt: number, random: () => number = Math.random): number => {
  const full = Math.min(RETRY_BASE_MS * 2 ** (attempt - 1), RETRY_MAX_MS);
  return Math.round(full / 2 + (full / 2) * random());
};

/** A queue, its handler and how long one call may go without a sign of life. */
export interface RunnerLane {
  readonly queue: string;
  readonly handler: JobHandler;
  readonly leaseMs: number;
}

/** Runs claimed jobs to their end: the part that every engine shares, however jobs reach it. */
export interface JobRunner {
  /** Calls in progress. */
  readonly running: number;
  /**
   * Calls the handler with a batch, keeps its lease meanwhile, and settles each job in the store: gone, given back for a
   * retry, or dead. Never throws.
   */
  run(lane: RunnerLane, jobs: readonly Job[]): Promise<void>;
  /** Resolves when a call ends, or after `ms` milliseconds. */
  settled(ms: number): Promise<void>;
  /**
   * Resolves when no job of any queue is due or being run; see `JobQueue.idle`.
   * @param look called to make the engine look for due jobs
   */
  idle(look: () => void, timeoutMs: number): Promise<JobStats>;
  /** Waits for calls in progress up to `graceMs`, then aborts them. @param busy whether the engine itself is at work */
  close(graceMs: number, busy: () => boolean): Promise<void>;
}

const describe = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 1000);

export function createJobRunner(deps: {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tracer: Tracer;
}): JobRunner {
  const { store, clock, logger, tracer } = deps;
  const stopping = new AbortController();
  const waiting = new Set<() => void>();
  let running = 0;
  let acknowledged: { job: Job; done: () => void }[] = [];

  const flush = () => {
    const batch = acknowledged;
    acknowledged = [];
    store
      .acknowledge(batch.map(({ job }) => job))
      // The lease brings an unacknowledged job back, and handlers are idempotent.
      .catch((error) => logger.error({ err: error }, 'acknowledging jobs failed'))
      .finally(() => {
        for (const { done } of batch) done();
      });
  };
  const acknowledge = (job: Job) =>
    new Promise<void>((done) => {
      // One statement for all that finish in the same turn of the event loop.
      if (acknowledged.push({ job, done }) === 1) setImmediate(flush);
    });

  const settle = async (job: Job, error: unknown) => {
    if (error === undefined) return acknowledge(job);
    const dead = job.attempt >= job.maxAttempts;
    const retryAt = dead ? null : clock.now() + retryDelayMs(job.attempt);
    logger[dead ? 'error' : 'warn'](
      { err: error, queue: job.queue, job: job.id, attempt: job.attempt },
      dead ? 'job died' : 'job failed, will retry',
    );
    try {
      await store.fail(job, describe(error), retryAt);
    } catch (storeError) {
      logger.error({ err: storeError, job: job.id }, 'giving a failed job back did not work; its lease will');
    }
  };

  const call = async ({ queue, handler, leaseMs }: RunnerLane, jobs: readonly Job[]) => {
    const lost = new AbortController();
    const failures = new Map<Id, unknown>();
    const keepAlive = setInterval(() => {
      store
        .extend(jobs, leaseMs)
        .then((held) => {
          if (held.length < jobs.length) lost.abort(new Error('the lease was lost'));
        })
        .catch((error) => logger.warn({ err: error, queue }, 'extending a lease failed'));
    }, leaseMs / 3);
    try {
      await tracer.span(`job ${queue}`, { 'socialkit.jobs': jobs.length }, () =>
        handler(jobs, {
          signal: AbortSignal.any([stopping.signal, lost.signal]),
          fail: (job, error) => failures.set(job.id, error ?? new Error('failed')),
        }),
      );
    } catch (error) {
      for (const job of jobs) failures.set(job.id, error ?? new Error('failed'));
    } finally {
      clearInterval(keepAlive);
    }
    await Promise.all(jobs.map((job) => settle(job, failures.get(job.id))));
  };

  const settled = (ms: number) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      waiting.add(wake);
    });

  return {
    get running() {
      return running;
    },
    async run(lane, jobs) {
      running++;
      try {
        await call(lane, jobs);
      } finally {
        running--;
        for (const wake of waiting) wake();
      }
    },
    settled,
    async idle(look, timeoutMs) {
      const until = Date.now() + timeoutMs;
      for (;;) {
        // While calls run here the answer is known; asking after each would cost more than the jobs.
        if (running === 0) {
          look();
          const stats = await store.stats();
          if (stats.due === 0 && running === 0) return stats;
        }
        if (Date.now() > until) {
          const { due } = await store.stats();
          throw new SocialError(
            'timeout',
            'jobs.not_idle',
            `${due} jobs are still due after ${timeoutMs} ms; is a worker running for every queue?`,
          );
        }
        await settled(50);
      }
    },
    async close(graceMs, busy) {
      const until = Date.now() + graceMs;
      const atWork = () => running > 0 || busy();
      while (atWork() && Date.now() < until) await settled(20);
      stopping.abort(new Error('the queue is closing'));
      while (atWork() && Date.now() < until + 2000) await settled(20);
    },
  };
}
