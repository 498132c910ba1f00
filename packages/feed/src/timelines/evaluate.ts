import {
  type CoreReaders,
  firstIdAt,
  type Id,
  idSchema,
  type JobHandler,
  type KernelStores,
  parseInput,
  type Runtime,
  type UnitOfWork,
} from '@socialkit/core';
import { z } from 'zod';
import type { DeliveryView } from './delivery-view.js';
import type { ResolvedFeedOptions } from './options.js';
import { decideDelivery, nextDelivery } from './push-or-pull.js';
import type { AuthorDelivery, DeliveryStore, FeedTruthReader, TimelineStore } from './store.js';

/** The queue in which decisions about authors are looked at again. */
export const EVALUATE_QUEUE = 'feed.evaluate';
const DAY_MS = 24 * 60 * 60_000;
/** Days over which an author's posts are counted. */
const SAMPLE_DAYS = 7;
/** Pages a day per active reader at most that a count is believed to mean. */
const MAX_PAGES_PER_DAY = 1000;

const payloadSchema = z.strictObject({ authorId: idSchema });

/** Re-evaluates how authors are delivered. */
export interface Evaluation {
  /** Enqueues a look at an author who reached this many timelines, unless it is too early or he is too small. */
  consider(authorId: Id, standing: AuthorDelivery | null, active: number | null): Promise<void>;
  readonly handle: JobHandler;
}

export function createEvaluation(deps: {
  readonly readers: Pick<CoreReaders, 'follows'>;
  readonly unitOfWork: UnitOfWork<Pick<KernelStores, 'jobs'>>;
  readonly timelines: TimelineStore;
  readonly truth: Pick<FeedTruthReader, 'countSince'>;
  readonly deliveries: DeliveryStore;
  readonly view: Pick<DeliveryView, 'changed'>;
  readonly runtime: Pick<Runtime, 'clock' | 'logger'>;
  readonly options: ResolvedFeedOptions;
}): Evaluation {
  const { readers, unitOfWork, timelines, truth, deliveries, view, runtime, options } = deps;

  const countActive = async (authorId: Id, signal: AbortSignal): Promise<number> => {
    let active = 0;
    let after: Id | null = null;
    do {
      signal.throwIfAborted();
      const page = await readers.follows.followerPage(authorId, { after, limit: options.followersPerPage });
      if (page.ids !== '') active += await timelines.countActive(page.ids);
      after = page.next;
    } while (after !== null);
    return active;
  };

  const pagesPerDay = async (now: number): Promise<number> => {
    const [pages, readersActive] = await Promise.all([
      deliveries.pagesOn(Math.floor(now / DAY_MS) - 1),
      timelines.size(),
    ]);
    // A day that hardly anybody read says nothing about how often people read.
    if (pages === 0 || readersActive === 0 || pages < readersActive) return options.pagesPerDay;
    return Math.min(pages / readersActive, MAX_PAGES_PER_DAY);
  };

  const evaluate = async (authorId: Id, signal: AbortSignal) => {
    const now = runtime.clock.now();
    const standing = await deliveries.find(authorId);
    const load = {
      activeFollowers: await countActive(authorId, signal),
      postsPerDay: (await truth.countSince(authorId, firstIdAt(now - SAMPLE_DAYS * DAY_MS))) / SAMPLE_DAYS,
      pagesPerDay: await pagesPerDay(now),
    };
    const mode = decideDelivery(standing?.mode ?? 'push', load, options);
    const next = nextDelivery(standing, { authorId, mode }, load, now, options.announceMs);
    const written = await deliveries.put(next);
    await deliveries.forget(now - options.timelineMaxAgeMs - DAY_MS);
    if (!written || mode === (standing?.mode ?? 'push')) return;
    runtime.logger.info({ authorId, mode, ...load }, 'an author is delivered another way');
    await view.changed();
  };

  return {
    async consider(authorId, standing, active) {
      if (options.rule !== 'default') return;
      if (active !== null && active < options.pushBelow * (1 - options.hysteresis)) return;
      if (standing && runtime.clock.now() - standing.evaluatedAt < options.evaluateEveryMs) return;
      await unitOfWork.transact(async ({ jobs }) => {
        await jobs.enqueue(EVALUATE_QUEUE, { authorId }, { key: authorId });
      });
    },
    async handle(jobs, { signal, fail }) {
      for (const job of jobs) {
        try {
          await evaluate(parseInput(payloadSchema, job.payload).authorId, signal);
        } catch (error) {
          fail(job, error);
        }
      }
    },
  };
}
