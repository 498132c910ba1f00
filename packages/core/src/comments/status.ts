import { conflict } from '../kernel/errors.js';
import type { CommentStatus } from './types.js';

/** What moves a comment from one state to another. */
export const COMMENT_MOVES = ['hold', 'release', 'flag', 'restore', 'delete'] as const;
export type CommentMove = (typeof COMMENT_MOVES)[number];

/** The status machine of comments: where each move leads from each state. What is not in it is refused. */
export const COMMENT_STATES: Readonly<
  Record<CommentStatus, Readonly<Partial<Record<CommentMove, CommentStatus>>>>
> = Object.freeze({
  published: { hold: 'under_review', flag: 'flagged', delete: 'deleted' },
  under_review: { release: 'published', flag: 'flagged', delete: 'deleted' },
  flagged: { restore: 'published', delete: 'deleted' },
  deleted: {},
});

/**
 * Where a move leads.
 * @throws comment.illegal_move (conflict)
 */
export function nextCommentStatus(from: CommentStatus, move: CommentMove): CommentStatus {
  const to = COMMENT_STATES[from][move];
  if (to === undefined)
    throw conflict('comment.illegal_move', `a comment that is ${from} does not take the move ${move}`);
  return to;
}
