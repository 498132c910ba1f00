import {
  type CoreReaders,
  type FollowerIds,
  firstIdAt,
  type Id,
  idSchema,
  isSocialError,
  type JobHandler,
  type KernelStores,
  parseInput,
  type Runtime,
  type UnitOfWork,
} from '@socialkit/core';
import { z } from 'zod';
import type { DeliveryView } from './delivery-view.js';
import { CLOCK_SKEW_MS } from './home-skeleton.js';
import type { ResolvedFeedOptions } from './options.js';
import type { DeliveryStore, TimelineStore } from './store.js';

/** The queue of what ordinary deliveries leave over: posts of authors with very many followers. */
export const LARGE_QUEUE = 'feed.fan_out_large';
/** Followers in the first page at most: timelines are written while the next page is read, so the first should come soon. */
const FIRST_PAGE = 2000;
/** How many pauses long the wait before each new try of a timeline store is that did not answer. */
const RETRY_PAUSES = [1, 4];

/** What delivering needs. */
export interface FanOutDeps {
  readonly readers: Pick<CoreReaders, 'follows'>;
  readonly unitOfWork: UnitOfWork<Pick<KernelStores, 'jobs'>>;
  readonly timelines: TimelineStore;
  readonly deliveries: DeliveryStore;
  readonly view: Pick<DeliveryView, 'changed'>;
  readonly runtime: Pick<Runtime, 'clock' | 'logger'>;
  readonly options: Pick<ResolvedFeedOptions, 'followersPerPage' | 'largeAbove' | 'retryPauseMs'>;
}

interface Post {
  readonly postId: Id;
  readonly authorId: Id;
}

/** How far a delivery came. */
export interface Delivered {
  /** Timelines it reached. */
  readonly active: number;
  /** Everybody was reached; else the lane of large authors goes on. */
  readonly done: boolean;
}

/** Writes posts into the timelines of active followers. Every step may run twice. */
export interface FanOut {
  /**
   * Reaches the author and the first followers, and leaves the rest to the lane of large authors. A timeline store that does not answer
   * is no failure: what was missed is remembered in the database, and every timeline begun before is built anew.
   */
  deliver(post: Post & { readonly toFollowers: boolean }, signal: AbortSignal): Promise<Delivered>;
  /** Goes on with the posts of {@link LARGE_QUEUE}, from where they were left. */
  readonly large: JobHandler;
  /** Ends a timeline, for example because its reader follows somebody new. */
  drop(userId: Id): Promise<void>;
}

const largeSchema = z.strictObject({ postId: idSchema, authorId: idSchema });

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const isOutage = (error: unknown): boolean =>
  isSocialError(error) && (error.category === 'unavailable' || error.category === 'timeout');

export function createFanOut(deps: FanOutDeps): FanOut {
  const { readers, unitOfWork, timelines, deliveries, view, runtime, options } = deps;
  const { followersPerPage, largeAbove, retryPauseMs } = options;

  /** @returns null when the store does not answer, after every timeline there is has been declared missing */
  const reach = async <T>(work: () => Promise<T>): Promise<T | null> => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!isOutage(error)) throw error;
        const pauses = RETRY_PAUSES[attempt];
        if (pauses === undefined) {
          runtime.logger.warn({ err: error }, 'timelines cannot be written; they will be built anew');
          break;
        }
        await pause(pauses * retryPauseMs);
      }
    }
    // Another process with a faster clock may have begun a timeline "later" that missed this delivery too.
    await deliveries.distrust(firstIdAt(runtime.clock.now() + CLOCK_SKEW_MS));
    await view.changed();
    return null;
  };

  /**
   * Writes page after page of followers: while one is on its way to the timelines, the next is begun and the one after it read.
   * @param limit followers to reach at least @param save called with each watermark whose followers were all reached
   */
  const follow = async (
    { postId, authorId }: Post,
    from: Id | null,
    limit: number,
    signal: AbortSignal,
    save?: (watermark: Id) => Promise<void>,
  ): Promise<{ readonly active: number; readonly next: Id | null }> => {
    const read = (after: Id | null, limit: number) => {
      const reading = readers.follows.followerPage(authorId, { after, limit });
      // It may fail while nobody waits for it any more.
      reading.catch(() => {});
      return reading;
    };
    let active = 0;
    let seen = Math.min(FIRST_PAGE, followersPerPage);
    let after: Id | null = from;
    let reading: ReturnType<typeof read> | null = read(from, seen);
    let writing: { readonly reached: Promise<number | null>; readonly next: Id | null } | null = null;
    /** @returns false when the timelines are out of reach: nobody else has to be written to */
    const finish = async (): Promise<boolean> => {
      const page = writing;
      if (page === null) return true;
      const reached = await page.reached;
      if (reached === null) return false;
      active += reached;
      if (page.next !== null) await save?.(page.next);
      return true;
    };
    while (reading !== null) {
      signal.throwIfAborted();
      const { ids, next }: FollowerIds = await reading;
      after = next;
      reading = next !== null && seen < limit ? read(next, followersPerPage) : null;
      seen += followersPerPage;
      const reached = ids === '' ? Promise.resolve(0) : reach(() => timelines.push(postId, ids));
      reached.catch(() => {});
      if (!(await finish())) return { active, next: null };
      writing = { reached, next };
    }
    // A full page does not say whether anybody is left, and a turn in the other lane costs several commits.
    const rest = after === null ? null : read(after, 1);
    if (!(await finish()) || rest === null) return { active, next: null };
    return { active, next: (await rest).ids === '' ? null : after };
  };

  return {
    async deliver({ postId, authorId, toFollowers }, signal) {
      const own = reach(() => timelines.push(postId, authorId));
      if (!toFollowers) return { active: (await own) ?? 0, done: true };
      own.catch(() => {});
      const { active, next } = await follow({ postId, authorId }, null, largeAbove, signal);
      if ((await own) === null || next === null) return { active, done: true };
      await deliveries.saveProgress(postId, next);
      await unitOfWork.transact(async ({ jobs }) => {
        await jobs.enqueue(LARGE_QUEUE, { postId, authorId }, { key: postId });
      });
      return { active, done: false };
    },
    async large(jobs, { signal, fail }) {
      for (const job of jobs) {
        try {
          const { postId, authorId } = parseInput(largeSchema, job.payload);
          const from = await deliveries.progress(postId);
          await follow({ postId, authorId }, from, Number.POSITIVE_INFINITY, signal, (watermark) =>
            deliveries.saveProgress(postId, watermark),
          );
          await deliveries.saveProgress(postId, null);
        } catch (error) {
          fail(job, error);
        }
      }
    },
    async drop(userId) {
      await reach(() => timelines.drop([userId]));
    },
  };
}
