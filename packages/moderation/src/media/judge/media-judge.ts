import { idSchema, type JobHandler, type Subscriber } from '@socialkit/core';
import { z } from 'zod';
import type { Detector } from '../../kernel/detector.js';
import { createTextModeration, type TextModerationOptions } from '../../moderate.js';
import type { ReviewDeps } from '../../review/unit.js';
import type { MediaReader } from '../read-media.js';
import type { MediaSource } from '../sources.js';
import { judgeMedia, type LookDeps, readAll } from './look.js';
import { settleMedia } from './settle.js';

/** The queue in which media wait to be looked at. */
export const MEDIA_QUEUE = 'moderation.judge_media';
const MINUTE = 60_000;
/** Looks at media that could not be judged and were let through, at most. */
const MOST_LOOKS = 5;

export interface MediaJudgeOptions
  extends Pick<TextModerationOptions, 'policy' | 'surfaces' | 'shadows' | 'onShadow' | 'removals'> {
  /** Where the bytes are. */
  readonly source: MediaSource;
  /** How they are looked at, for example with `@socialkit/adapters/sharp` and `./ffmpeg`. */
  readonly reader: MediaReader;
  /** Banks and services. */
  readonly detectors: readonly Detector[];
  /** What others see of a post until its media were looked at. @default blurred */
  readonly whilePending?: 'blurred' | 'visible';
  /** Milliseconds after which the fail policy decides about media that were not looked at. @default 600000, ten minutes */
  readonly deadlineMs?: number;
  /** Posts whose media are looked at by this process at the same time. @default 2 */
  readonly concurrency?: number;
}

const job = z.strictObject({
  postId: idSchema,
  /** What the post says; measures and labels do not change it. */
  contentHash: z.string().max(128),
  look: z.int().min(1),
  /** Whether the time to look is over. */
  over: z.boolean(),
});
type Job = z.output<typeof job>;
const keyOf = ({ postId, contentHash, look, over }: Job): string =>
  `${postId}:${contentHash.slice(0, 32)}:${over ? 'over' : look}`;

/**
 * Looks at the media of posts once these are published or edited, outside of any request. A second job stands for the deadline:
 * what was not looked at by then is decided by the policy's fail mode. What could not be judged and was let through is looked at
 * again, at growing distances.
 */
export function createMediaJudge(
  review: ReviewDeps,
  options: MediaJudgeOptions,
): {
  readonly subscribers: readonly Subscriber[];
  readonly workers: readonly {
    readonly queue: string;
    readonly handle: JobHandler;
    readonly options: { readonly concurrency: number; readonly leaseMs: number };
  }[];
} {
  const { source, reader, deadlineMs = 10 * MINUTE, concurrency = 2, whilePending: _, ...judging } = options;
  const { unitOfWork, readers, runtime } = review;
  const posts = review.measures.subjects.post;
  const look: LookDeps = { source, reader, moderation: createTextModeration(runtime, judging) };

  const enqueue = (one: Job, runAt: number) =>
    unitOfWork.transact(({ jobs }) => jobs.enqueue(MEDIA_QUEUE, one, { key: keyOf(one), runAt }));

  const subscriber: Subscriber = {
    name: 'moderation.media',
    types: ['post.published', 'post.edited'],
    async handle(event) {
      if (event.type !== 'post.published' && event.type !== 'post.edited') return;
      const { postId } = event.payload;
      const about = (await posts.snapshot(readers, [postId])).get(postId);
      if (!about || about.media.length === 0) return;
      const first: Job = { postId, contentHash: about.contentHash, look: 1, over: false };
      const now = runtime.clock.now();
      await enqueue(first, now);
      await enqueue({ ...first, over: true }, now + deadlineMs);
    },
  };

  const handle: JobHandler = async ([claimed], { signal }) => {
    const one = job.parse(claimed?.payload);
    const about = (await posts.snapshot(readers, [one.postId])).get(one.postId);
    // An edit has a job of its own.
    if (!about || about.contentHash !== one.contentHash || about.media.length === 0) return;
    const refs = about.media.map(({ ref }) => ref);
    const readings = one.over ? [] : await readAll(look, refs, signal);
    const result = await judgeMedia(look, about, readings);
    if ((await settleMedia(review, about, result)) === 'stale') return;
    if (!one.over)
      await unitOfWork.transact(({ jobs }) => jobs.cancel(MEDIA_QUEUE, keyOf({ ...one, over: true })));
    if (result.degraded && result.decision === 'approve' && one.look < MOST_LOOKS) {
      const again: Job = { ...one, over: false, look: one.look + 1 };
      await enqueue(again, runtime.clock.now() + 5 * MINUTE * 2 ** one.look);
    }
  };

  return {
    subscribers: [subscriber],
    workers: [{ queue: MEDIA_QUEUE, handle, options: { concurrency, leaseMs: 2 * MINUTE } }],
  };
}
