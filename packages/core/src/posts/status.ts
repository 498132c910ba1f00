import type { ContentStatus } from '../access/index.js';
import { conflict } from '../kernel/errors.js';

/** What moves a post from one state to another. */
export const POST_MOVES = [
  'schedule',
  'unschedule',
  'publish',
  'hold',
  'release',
  'flag',
  'restore',
  'delete',
] as const;
export type PostMove = (typeof POST_MOVES)[number];

/**
 * The status machine of posts: where each move leads from each state. What is not in it is refused.
 *
 * A new post starts as a draft that is moved on in the same breath, so that there is one way to become published.
 */
export const POST_STATES: Readonly<
  Record<ContentStatus, Readonly<Partial<Record<PostMove, ContentStatus>>>>
> = Object.freeze({
  draft: { schedule: 'scheduled', publish: 'published', hold: 'under_review', delete: 'deleted' },
  scheduled: {
    schedule: 'scheduled',
    unschedule: 'draft',
    publish: 'published',
    hold: 'under_review',
    delete: 'deleted',
  },
  published: { hold: 'under_review', flag: 'flagged', delete: 'deleted' },
  under_review: { release: 'published', flag: 'flagged', delete: 'deleted' },
  flagged: { restore: 'published', delete: 'deleted' },
  deleted: {},
});

/**
 * Where a move leads.
 * @throws post.illegal_move (conflict)
 */
export function nextStatus(from: ContentStatus, move: PostMove): ContentStatus {
  const to = POST_STATES[from][move];
  if (to === undefined)
    throw conflict('post.illegal_move', `a post that is ${from} does not take the move ${move}`);
  return to;
}

/** Whether a post has not been published yet and may be rewritten freely. */
export const isUnpublished = (status: ContentStatus): boolean => status === 'draft' || status === 'scheduled';
