import type { CounterDelta } from '../counters/store.js';
import type { Id } from '../kernel/ids.js';
import type { CommentReader } from './store.js';
import type { Comment, CommentStatus } from './types.js';

/**
 * Whether a comment has a place in its thread: published ones have one, others keep theirs while a reply hangs under
 * them. `replyCount` counts the direct replies that have one, so a branch is never cut from its post, and a branch with
 * nothing to show in it disappears from the bottom up.
 */
export const hasPlace = (comment: { readonly status: CommentStatus; readonly replyCount: number }): boolean =>
  comment.status === 'published' || comment.replyCount > 0;

/**
 * The counters that change when a comment comes, goes or changes its state: the post's `commentCount` (published
 * comments at any depth) and `replyCount` up the branch, as far as places appear or disappear. The caller holds the lock of
 * the post's row, without which two changes in one branch would not see each other.
 *
 * @param from null for a new comment
 */
export async function countersOfMove(
  comments: Pick<CommentReader, 'byIds'>,
  comment: Comment,
  from: CommentStatus | null,
  to: CommentStatus,
): Promise<CounterDelta[]> {
  const deltas: CounterDelta[] = [];
  const published = Number(to === 'published') - Number(from === 'published');
  if (published !== 0)
    deltas.push({ subject: 'post', id: comment.postId, counter: 'commentCount', delta: published });

  const { replyCount } = comment;
  let had = from !== null && hasPlace({ status: from, replyCount });
  let has = hasPlace({ status: to, replyCount });
  let parentId: Id | null = comment.parentId;
  while (had !== has && parentId !== null) {
    const parent: Comment | undefined = (await comments.byIds([parentId])).get(parentId);
    if (!parent) break;
    const delta = has ? 1 : -1;
    deltas.push({ subject: 'comment', id: parent.id, counter: 'replyCount', delta });
    had = hasPlace(parent);
    has = hasPlace({ status: parent.status, replyCount: parent.replyCount + delta });
    parentId = parent.parentId;
  }
  return deltas;
}
