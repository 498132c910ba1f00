import type { JobHandler, Runtime, UnitOfWork } from '@socialkit/core';
import type { PostHistory } from '../detectors/spam/post-history.js';
import type { ModerationUnit } from '../stores.js';
import type { PostingReader, PostingWindows, SignalStores } from './store.js';

/** The queue of the recurring removal. */
export const POSTINGS_PURGE_QUEUE = 'moderation_postings.purge';
const HOUR = 3_600_000;
const BATCH = 1000;
/** A domain that nobody linked for so long is new again. */
const DOMAIN_MS = 90 * 24 * HOUR;

export const POSTING_WINDOWS: PostingWindows = Object.freeze({
  fastMs: 60_000,
  slowMs: HOUR,
  copiesMs: 24 * HOUR,
});

/**
 * The history in the database, shared by all processes. A text is written before anything is counted, so that of two texts at
 * the same time at least the one that is counted last sees the other.
 *
 * @param windows @default one minute, one hour, one day
 */
export function createStoredPostHistory(
  deps: {
    readonly unitOfWork: UnitOfWork<Pick<SignalStores, 'postings'>>;
    readonly readers: { readonly postings: PostingReader };
    readonly runtime: Pick<Runtime, 'ids'>;
  },
  windows: Partial<PostingWindows> = {},
): PostHistory {
  const { unitOfWork, readers, runtime } = deps;
  const spans = { ...POSTING_WINDOWS, ...windows };
  return {
    async record(posted) {
      const text = { ...posted, id: runtime.ids.next() };
      await unitOfWork.transact(({ postings }) => postings.insert(text));
      return readers.postings.beside(text, spans);
    },
  };
}

/** Forgets what no window reaches any more, once an hour. */
export function createPostingsPurge(
  deps: { readonly unitOfWork: UnitOfWork<ModerationUnit>; readonly runtime: Runtime },
  windows: Partial<PostingWindows> = {},
): { readonly queue: string; schedule(): Promise<void>; readonly handle: JobHandler } {
  const { unitOfWork, runtime } = deps;
  const { copiesMs } = { ...POSTING_WINDOWS, ...windows };
  const schedule = () => {
    const slot = Math.floor(runtime.clock.now() / HOUR) + 1;
    return unitOfWork.transact(async ({ jobs }) => {
      await jobs.enqueue(POSTINGS_PURGE_QUEUE, {}, { key: `slot:${slot}`, runAt: slot * HOUR });
    });
  };
  return {
    queue: POSTINGS_PURGE_QUEUE,
    schedule,
    async handle(_jobs, { signal }) {
      await schedule();
      const before = runtime.clock.now() - copiesMs;
      do signal.throwIfAborted();
      while ((await unitOfWork.transact(({ postings }) => postings.forget(before, BATCH))) === BATCH);
      const unseen = runtime.clock.now() - DOMAIN_MS;
      do signal.throwIfAborted();
      while ((await unitOfWork.transact(({ postings }) => postings.forgetDomains(unseen, BATCH))) === BATCH);
    },
  };
}
