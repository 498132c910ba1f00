import { z } from 'zod';
import { idSchema } from '../kernel/ids.js';
import type { JobWriter } from '../kernel/jobs.js';
import type { Post } from './types.js';

/** The queue in which scheduled posts wait for their time. */
export const SCHEDULED_QUEUE = 'posts.publish_scheduled';

/** What a job says: the post, and the time it was scheduled for; a post that was rescheduled waits for another job. */
export const scheduledJob = z.strictObject({ postId: idSchema, at: z.number() });
export type ScheduledJob = z.output<typeof scheduledJob>;

const keyOf = (post: Post): string => `${post.id}:${post.scheduledAt}`;

/** Enqueues the publication of a scheduled post, in the transaction that schedules it. */
export async function enqueuePublication(jobs: JobWriter, post: Post): Promise<void> {
  if (post.scheduledAt === null) return;
  const job: ScheduledJob = { postId: post.id, at: post.scheduledAt };
  await jobs.enqueue(SCHEDULED_QUEUE, job, { key: keyOf(post), runAt: post.scheduledAt });
}

/** Takes the job back. One that is running already finds the post changed and does nothing. */
export async function cancelPublication(jobs: JobWriter, post: Post): Promise<void> {
  if (post.scheduledAt !== null) await jobs.cancel(SCHEDULED_QUEUE, keyOf(post));
}
