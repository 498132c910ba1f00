import { canView, requireActive } from '../access/index.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { forbidden, notFound } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import { countersOfMove } from './place.js';
import { nextCommentStatus } from './status.js';
import type { Comment } from './types.js';
import { type CommentStores, type CommentWriteDeps, eventOf, lockComment } from './unit.js';

/** Deletes a locked comment that is not deleted, with what was written in it. @param now Unix ms */
export async function eraseLocked(
  stores: CommentStores,
  actor: Actor,
  comment: Comment,
  now: number,
): Promise<void> {
  const to = nextCommentStatus(comment.status, 'delete');
  await stores.comments.erase(comment.id, now);
  await stores.counters.add(await countersOfMove(stores.comments, comment, comment.status, to));
  await stores.outbox.append({ type: 'comment.deleted', actor, payload: eventOf(comment) });
}

/**
 * Deletes a comment and what was written in it; its replies stay, under a place without text and author.
 *
 * Two may do it. The author of the comment, also when he sees the post no longer: his words stay his. And the author
 * of the post, who answers for what stands below it.
 *
 * @returns `deleted: false` when it was deleted already
 * @throws comment.not_found unless the actor wrote it or sees it, comment.not_yours (forbidden) for everybody else
 */
export async function deleteComment(
  { unitOfWork, runtime }: CommentWriteDeps,
  actor: Actor,
  commentId: Id,
): Promise<{ readonly deleted: boolean }> {
  const userId = accountOf(actor);
  return unitOfWork.transact(async (stores) => {
    const now = runtime.clock.now();
    const found = await lockComment(stores, userId, commentId);
    if (!found) throw notFound('comment');
    const { comment, facts } = found;
    requireActive((await stores.facts.relations(userId, [userId])).get(userId));
    const ownPost = facts.container?.author.self === true;
    if (comment.status === 'deleted' && (facts.author.self || ownPost)) return { deleted: false };
    if (!facts.author.self) {
      if (!canView(facts, now)) throw notFound('comment');
      if (!ownPost)
        throw forbidden('comment.not_yours', 'only its author and the author of the post can delete it');
    }
    await eraseLocked(stores, actor, comment, now);
    return { deleted: true };
  });
}
