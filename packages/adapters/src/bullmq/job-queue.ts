import {
  type Clock,
  createJobRunner,
  DEFAULT_LEASE_MS,
  type Job,
  type JobQueue,
  type JobStore,
  type Logger,
  type RunnerLane,
  type Tracer,
} from '@socialkit/core';
import { type ConnectionOptions, Queue, Worker } from 'bullmq';
import type { RedisLink } from '../redis/connection.js';
import { createReceiver, createSender } from './connections.js';

/** Options of {@link createBullmqJobQueue}. */
export interface BullmqOptions {
  /** Jobs of one queue handed over and not finished, over all processes, at most. @default 1000 */
  readonly window?: number;
  /**
   * Milliseconds a handed-over job may wait in Redis before it is handed over again: how long jobs are late when Redis loses
   * its memory. Longer than a full window takes to work off. @default 60000
   */
  readonly handOverLeaseMs?: number;
  /** Safety net in milliseconds. @default 1000 */
  readonly pollMs?: number;
}

/** What travels through Redis: jobs as they were claimed, a batch at a time. */
interface Parcel {
  readonly jobs: readonly Job[];
}

interface Lane extends RunnerLane {
  readonly batch: number;
  readonly concurrency: number;
  readonly sending: Queue<Parcel>;
  worker: Worker<Parcel> | undefined;
  pumping: boolean;
  again: boolean;
  /** The last claim was a full one: there is probably more. */
  more: boolean;
}

const REMOVE = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

/**
 * A job queue that hands due jobs to workers through BullMQ.
 *
 * The rows in the database stay the truth: a job is claimed, handed over, and its row is deleted only when a handler has
 * finished. What Redis loses comes back when its lease ends; what arrives twice or late is recognised by its token and
 * dropped before the handler is called. BullMQ retries nothing: attempts, pauses and dead letters are those of the rows.
 *
 * @param deps.link the `jobs` purpose of `openRedis`; this queue makes its own connections to the same endpoint
 */
export function createBullmqJobQueue(
  deps: {
    readonly store: JobStore;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly tracer: Tracer;
    readonly link: Pick<RedisLink, 'endpoint' | 'key'>;
  },
  options: BullmqOptions = {},
): JobQueue {
  const { store, clock, logger, link } = deps;
  const { window = 1000, handOverLeaseMs = 60_000, pollMs = 1000 } = options;
  const runner = createJobRunner(deps);
  const lanes = new Map<string, Lane>();
  const complain = (where: string) => (error: unknown) =>
    logger.warn({ err: error }, `trouble with the connection ${where}`);
  const sender = createSender(link.endpoint);
  sender.on('error', complain('that hands jobs over'));
  // Reconnection goes on behind.
  sender.connect().catch(() => {});
  const receiver = createReceiver(link.endpoint);
  receiver.on('error', complain('that receives jobs'));
  // One slot for all keys of a queue, also on a Cluster.
  const prefix = link.key('{jobs}');
  let poll: NodeJS.Timeout | undefined;
  let started = false;
  let closing = false;

  const handOver = async (lane: Lane, jobs: readonly Job[]) => {
    const parcels: Parcel[] = [];
    for (let at = 0; at < jobs.length; at += lane.batch)
      parcels.push({ jobs: jobs.slice(at, at + lane.batch) });
    try {
      await lane.sending.addBulk(
        parcels.map((data) => ({
          name: lane.queue,
          data,
          // Not BullMQ's numbers: they begin again when Redis lost its memory, and would name what still runs here.
          opts: { ...REMOVE, jobId: `${data.jobs[0]?.id}-${data.jobs[0]?.token}` },
        })),
      );
    } catch (error) {
      logger.warn({ err: error, queue: lane.queue }, 'handing jobs over failed, they are tried again');
      // Whatever did arrive is dropped for its old token.
      const retryAt = clock.now() + pollMs;
      await Promise.allSettled(jobs.map((job) => store.fail(job, 'handing over failed', retryAt)));
    }
  };

  const pump = async (lane: Lane): Promise<void> => {
    if (lane.pumping) {
      lane.again = true;
      return;
    }
    lane.pumping = true;
    try {
      do {
        lane.again = false;
        const outstanding = (await lane.sending.getJobCountByTypes('waiting', 'active')) * lane.batch;
        const free = window - outstanding;
        if (free <= 0 || closing) break;
        const jobs = await store.claim(lane.queue, free, handOverLeaseMs);
        lane.more = jobs.length === free;
        if (jobs.length > 0) await handOver(lane, jobs);
      } while (lane.again && !closing);
    } catch (error) {
      logger.warn({ err: error, queue: lane.queue }, 'looking for jobs failed, will poll again');
    } finally {
      lane.pumping = false;
    }
  };

  const receive = async (lane: Lane, jobs: readonly Job[]) => {
    let held: ReadonlySet<string>;
    try {
      held = new Set(await store.extend(jobs, lane.leaseMs));
    } catch (error) {
      logger.warn({ err: error, queue: lane.queue }, 'taking jobs over failed, their lease brings them back');
      return;
    }
    const ours = jobs.filter(({ id }) => held.has(id));
    if (ours.length > 0) await runner.run(lane, ours);
    if (lane.more && !closing) void pump(lane);
  };

  const employ = (lane: Lane) => {
    lane.worker = new Worker<Parcel>(lane.queue, ({ data }) => receive(lane, data.jobs), {
      connection: receiver as ConnectionOptions,
      prefix,
      concurrency: lane.concurrency,
      lockDuration: lane.leaseMs,
      // A worker that died: the lease of the row decides when its jobs are worked again, not BullMQ.
      maxStalledCount: 0,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    lane.worker.on('error', complain(`of the worker of ${lane.queue}`));
    void pump(lane);
  };

  const signal = () => {
    if (started && !closing) for (const lane of lanes.values()) void pump(lane);
  };

  return {
    work(queue, handler, workOptions = {}) {
      if (lanes.has(queue)) throw new TypeError(`queue ${queue} already has a handler`);
      const sending = new Queue<Parcel>(queue, {
        connection: sender as ConnectionOptions,
        prefix,
        // Nothing of its start depends on Redis being there.
        skipWaitingForReady: true,
        skipVersionCheck: true,
      });
      sending.on('error', complain(`of the queue ${queue}`));
      const lane: Lane = {
        queue,
        handler,
        sending,
        batch: workOptions.batch ?? 1,
        concurrency: workOptions.concurrency ?? 4,
        leaseMs: workOptions.leaseMs ?? DEFAULT_LEASE_MS,
        worker: undefined,
        pumping: false,
        again: false,
        more: false,
      };
      lanes.set(queue, lane);
      if (started) employ(lane);
    },
    start() {
      if (started) return;
      started = true;
      for (const lane of lanes.values()) employ(lane);
      poll = setInterval(signal, pollMs);
    },
    signal,
    idle: (timeoutMs = 60_000) => runner.idle(signal, timeoutMs),
    async close(graceMs = 10_000) {
      closing = true;
      clearInterval(poll);
      const all = [...lanes.values()];
      // Takes no further job; resolves when the running ones have ended.
      const workers = Promise.allSettled(all.map(({ worker }) => worker?.close()));
      await runner.close(graceMs, () => all.some(({ pumping }) => pumping));
      await Promise.race([workers, new Promise((resolve) => setTimeout(resolve, 1000))]);
      await Promise.allSettled(all.map(({ sending }) => sending.close()));
      receiver.disconnect();
      sender.disconnect();
    },
  };
}
