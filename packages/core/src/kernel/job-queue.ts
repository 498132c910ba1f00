import type { AnyEvent } from './events.js';
import { createJobRunner } from './job-runner.js';
import type { JobHandler, JobQueue, JobStore, WorkOptions } from './jobs.js';
import type { Subscriber } from './outbox.js';
import type { Clock, Logger, Tracer } from './runtime.js';

/** Milliseconds a handler may go without a sign of life when nothing else is said. */
export const DEFAULT_LEASE_MS = 30_000;

interface Lane {
  readonly queue: string;
  readonly handler: JobHandler;
  readonly batch: number;
  readonly concurrency: number;
  readonly leaseMs: number;
  running: number;
  pumping: boolean;
  /** A signal arrived while claiming: look once more before resting. */
  again: boolean;
}

/** The job queue over a store that keeps jobs beside the product's own rows: the default engine. */
export function createJobQueue(
  deps: { readonly store: JobStore; readonly clock: Clock; readonly logger: Logger; readonly tracer: Tracer },
  options: { /** Safety net in milliseconds. @default 1000 */ readonly pollMs?: number } = {},
): JobQueue {
  const { store, logger } = deps;
  const runner = createJobRunner(deps);
  const lanes = new Map<string, Lane>();
  let poll: NodeJS.Timeout | undefined;
  let started = false;
  let closing = false;

  const pump = async (lane: Lane): Promise<void> => {
    if (lane.pumping) {
      lane.again = true;
      return;
    }
    lane.pumping = true;
    try {
      do {
        lane.again = false;
        const free = lane.concurrency - lane.running;
        if (free <= 0 || closing) break;
        const jobs = await store.claim(lane.queue, free * lane.batch, lane.leaseMs);
        for (let at = 0; at < jobs.length; at += lane.batch) {
          lane.running++;
          void runner.run(lane, jobs.slice(at, at + lane.batch)).finally(() => {
            lane.running--;
            if (!closing) void pump(lane);
          });
        }
        if (jobs.length === free * lane.batch) lane.again = true;
      } while (lane.again);
    } catch (error) {
      logger.warn({ err: error, queue: lane.queue }, 'claiming jobs failed, will poll again');
    } finally {
      lane.pumping = false;
    }
  };

  const signal = () => {
    if (started && !closing) for (const lane of lanes.values()) void pump(lane);
  };

  return {
    work(queue, handler, workOptions: WorkOptions = {}) {
      if (lanes.has(queue)) throw new TypeError(`queue ${queue} already has a handler`);
      const lane: Lane = {
        queue,
        handler,
        batch: workOptions.batch ?? 1,
        concurrency: workOptions.concurrency ?? 4,
        leaseMs: workOptions.leaseMs ?? DEFAULT_LEASE_MS,
        running: 0,
        pumping: false,
        again: false,
      };
      lanes.set(queue, lane);
      if (started) void pump(lane);
    },
    start() {
      if (started) return;
      started = true;
      poll = setInterval(signal, options.pollMs ?? 1000);
      signal();
    },
    signal,
    idle: (timeoutMs = 60_000) => runner.idle(signal, timeoutMs),
    async close(graceMs = 10_000) {
      closing = true;
      clearInterval(poll);
      await runner.close(graceMs, () => [...lanes.values()].some((lane) => lane.pumping));
    },
  };
}

/** Works the delivery queue of each subscriber. */
export function workSubscribers(queue: JobQueue, subscribers: readonly Subscriber[]): void {
  for (const subscriber of subscribers) {
    queue.work(
      subscriber.name,
      async ([job], { signal }) => {
        if (job) await subscriber.handle(job.payload as AnyEvent, { attempt: job.attempt, signal });
      },
      { concurrency: subscriber.concurrency ?? 4, leaseMs: subscriber.leaseMs ?? DEFAULT_LEASE_MS },
    );
  }
}
