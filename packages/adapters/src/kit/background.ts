import type { JobHandler, JobQueue, Subscriber, SubscriptionStore, WorkOptions } from '@socialkit/core';
import { workSubscribers } from '@socialkit/core';

/** A queue and who works it. */
export interface QueueWorker {
  readonly queue: string;
  readonly handle: JobHandler;
  readonly options?: WorkOptions;
}

/** What a slice does on its own: nothing a caller waits for. */
export interface Background {
  readonly subscribers?: readonly Subscriber[];
  readonly workers?: readonly QueueWorker[];
  /** Plans recurring jobs; called at every start of a worker, by any number of processes. */
  readonly schedules?: readonly (() => Promise<unknown>)[];
}

/** Registers all subscriptions in the database, so that events committed from now on are delivered even if nobody works yet. */
export async function subscribeAll(
  subscriptions: SubscriptionStore,
  backgrounds: readonly Background[],
): Promise<void> {
  for (const { subscribers = [] } of backgrounds)
    for (const { name, types, maxAttempts } of subscribers)
      await subscriptions.subscribe(name, types, { maxAttempts });
}

/** Gives every queue of the slices to the job queue. */
export function workAll(queue: JobQueue, backgrounds: readonly Background[]): void {
  for (const { subscribers = [], workers = [] } of backgrounds) {
    workSubscribers(queue, subscribers);
    for (const worker of workers) queue.work(worker.queue, worker.handle, worker.options);
  }
}
