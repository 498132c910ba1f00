import type { Id } from './ids.js';

/** Options of one enqueued job. */
export interface EnqueueOptions {
  /** A live job of the same queue and key is not enqueued twice. */
  readonly key?: string;
  /** Unix milliseconds before which it does not run. @default now */
  readonly runAt?: number;
  /** @default 12 */
  readonly maxAttempts?: number;
}

/** The writing half, handed out by a unit of work: a job exists exactly when its transaction committed. */
export interface JobWriter {
  /**
   * @param payload JSON, at most 64 KiB; ids only, never private text
   * @returns false when a live job with the same key exists
   * @throws job.too_large (too_large)
   */
  enqueue(queue: string, payload: unknown, options?: EnqueueOptions): Promise<boolean>;
  /** Removes a live job that nobody has claimed. @returns whether there was one */
  cancel(queue: string, key: string): Promise<boolean>;
}

/** A claimed job. */
export interface Job {
  readonly id: Id;
  readonly queue: string;
  readonly key: string | null;
  /** For deliveries to subscribers: the event's envelope. */
  readonly payload: unknown;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Fencing token of this claim: acknowledgements with an older token do nothing. */
  readonly token: string;
}

/** What proves that a worker still holds a job. */
export type JobClaim = Pick<Job, 'id' | 'token'>;

/** A job that used up its attempts. */
export interface DeadJob {
  readonly id: Id;
  readonly queue: string;
  readonly payload: unknown;
  readonly attempts: number;
  readonly lastError: string;
  /** Unix milliseconds. */
  readonly deadAt: number;
}

/** How many jobs wait where. `due` counts live jobs that may run now or are being run. */
export interface JobStats {
  readonly due: number;
  /** Live jobs whose time has not come. */
  readonly scheduled: number;
  readonly dead: number;
}

/** The storage of jobs: claims by state with a lease and a fencing token, never by a serial cursor. */
export interface JobStore {
  /**
   * Claims up to `limit` due jobs of `queue`, oldest `runAt` first, and makes them invisible for `leaseMs`.
   * Two claimers never hold the same job at once unless a lease ran out.
   */
  claim(queue: string, limit: number, leaseMs: number): Promise<readonly Job[]>;
  /** Deletes finished jobs whose token is still the current one; the rest are left alone. @returns how many went */
  acknowledge(jobs: readonly JobClaim[]): Promise<number>;
  /** Pushes leases to `leaseMs` from now. @returns the ids whose token is still the current one */
  extend(jobs: readonly JobClaim[], leaseMs: number): Promise<readonly Id[]>;
  /** Gives a failed job back for `retryAt` (Unix ms), or to the dead letters with null. @returns false for a stale token */
  fail(job: JobClaim, error: string, retryAt: number | null): Promise<boolean>;
  /** Counts, over all queues or one, in one statement. A claimed job counts as due, whatever its lease. */
  stats(queue?: string): Promise<JobStats>;
  /** Dead letters, newest first, behind `after`. */
  dead(options: {
    readonly queue?: string;
    readonly after?: Id;
    readonly limit: number;
  }): Promise<readonly DeadJob[]>;
  /** Makes dead letters live again with fresh attempts. @returns how many */
  replay(ids: readonly Id[]): Promise<number>;
}

/** Runs one batch. A throw fails the whole batch; `failed` in the context fails single jobs. */
export type JobHandler = (jobs: readonly Job[], context: JobContext) => Promise<void>;

/** What a handler may use while it runs. */
export interface JobContext {
  /** Aborted when the lease was lost or the queue closes: stop writing. */
  readonly signal: AbortSignal;
  /** Fails one job of the batch without failing the rest. */
  fail(job: Job, error: unknown): void;
}

/** Options of one worked queue. */
export interface WorkOptions {
  /** Jobs per handler call. @default 1 */
  readonly batch?: number;
  /** Handler calls side by side in this process. @default 4 */
  readonly concurrency?: number;
  /** Milliseconds. @default 30000 */
  readonly leaseMs?: number;
}

/** The working half. Dispatches claimed jobs to handlers; polling is the safety net, signals are the normal way. */
export interface JobQueue {
  /** Registers the handler of a queue; work begins with `start`. One handler per queue. */
  work(queue: string, handler: JobHandler, options?: WorkOptions): void;
  start(): void;
  /** Looks for due jobs now; called after every commit that wrote some. */
  signal(): void;
  /**
   * Resolves when no live job of any queue is due or being run, here or in another process: everything written before the call has been
   * handled or is dead. Jobs of the future, and failed jobs waiting for their retry, do not hold it up.
   * @throws jobs.not_idle (timeout) after `timeoutMs` @default 60000
   */
  idle(timeoutMs?: number): Promise<JobStats>;
  /** Stops claiming, waits for running handlers up to `graceMs`, then aborts them. @default 10000 */
  close(graceMs?: number): Promise<void>;
}
