import { z } from 'zod';
import { systemActor } from '../kernel/actor.js';
import { type Id, idSchema } from '../kernel/ids.js';
import type { JobHandler, JobWriter } from '../kernel/jobs.js';
import { parseInput } from '../kernel/operation.js';
import type { Subscriber } from '../kernel/outbox.js';
import type { Runtime } from '../kernel/runtime.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import { acceptBecausePublic } from './follow.js';
import type { GraphUnit } from './pair.js';
import type { GraphReaders } from './store.js';

/** The queue in which the pending requests of an account that became public are accepted. */
export const ACCEPT_REQUESTS_QUEUE = 'graph.accept_requests';
/** Requests one job accepts. */
export const ACCEPT_REQUESTS_BATCH = 200;

const payloadSchema = z.strictObject({ targetId: idSchema, after: idSchema.nullable() });

/** What the graph does on its own. */
export interface GraphBackgroundDeps {
  readonly unitOfWork: UnitOfWork<GraphUnit & { readonly jobs: JobWriter }>;
  readonly readers: Pick<GraphReaders, 'followRequests'>;
  readonly runtime: Runtime;
}

const enqueue = (deps: GraphBackgroundDeps, targetId: Id, after: Id | null, key: string) =>
  deps.unitOfWork.transact(({ jobs }) => jobs.enqueue(ACCEPT_REQUESTS_QUEUE, { targetId, after }, { key }));

/**
 * What the graph does when other slices' events arrive. An account that became public has its pending requests
 * accepted, in batches. Suspension and deactivation remove nothing: reads leave such accounts out, and everything is
 * there again when they return.
 */
export const createGraphSubscribers = (deps: GraphBackgroundDeps): readonly Subscriber[] => [
  {
    name: 'graph.open_accounts',
    types: ['account.privacy_changed'],
    async handle(event) {
      if (event.type !== 'account.privacy_changed' || event.payload.isPrivate) return;
      const { accountId } = event.payload;
      await enqueue(deps, accountId, null, `${accountId}:${event.id}`);
    },
  },
];

/** A queue of the slice and who works it: give both to `JobQueue.work`. */
export interface GraphWorker {
  readonly queue: string;
  readonly handle: JobHandler;
}

/** The queues the graph works. */
export const createGraphWorkers = (deps: GraphBackgroundDeps): readonly GraphWorker[] => [
  {
    queue: ACCEPT_REQUESTS_QUEUE,
    async handle(jobs, { signal }) {
      for (const job of jobs) {
        const { targetId, after } = parseInput(payloadSchema, job.payload);
        const page = await deps.readers.followRequests.pending(targetId, {
          after,
          limit: ACCEPT_REQUESTS_BATCH,
        });
        for (const { accountId } of page) {
          signal.throwIfAborted();
          await acceptBecausePublic(deps, systemActor('graph'), { requesterId: accountId, targetId });
        }
        const last = page.at(-1);
        // Always moves on, also past a request that could not be accepted.
        if (last && page.length === ACCEPT_REQUESTS_BATCH)
          await enqueue(deps, targetId, last.id, `${targetId}:${last.id}`);
      }
    },
  },
];
