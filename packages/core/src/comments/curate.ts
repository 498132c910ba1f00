import { canView, isLive, requireActive } from '../access/index.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { conflict, forbidden, notFound } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import {
  type CommentStores,
  type CommentWriteDeps,
  eventOf,
  type LockedComment,
  lockComment,
} from './unit.js';

/** A visible comment below a post of the actor's own, locked. */
async function requireOwnThread(
  stores: CommentStores,
  userId: Id,
  commentId: Id,
  now: number,
): Promise<LockedComment> {
  const found = await lockComment(stores, userId, commentId);
  if (!found || !canView(found.facts, now)) throw notFound('comment');
  requireActive((await stores.facts.relations(userId, [userId])).get(userId));
  if (found.facts.container?.author.self !== true)
    throw forbidden('comment.not_your_post', 'only the author of the post can do that');
  return found;
}

/**
 * Hides a comment from the thread of the actor's own post, or shows it again. Hiding is order, not secrecy: the comment
 * still counts and can still be seen by whoever asks for the hidden ones or has its id.
 *
 * @returns whether that changed anything
 * @throws comment.not_found, comment.not_your_post (forbidden)
 */
export async function setHidden(
  { unitOfWork, runtime }: CommentWriteDeps,
  actor: Actor,
  commentId: Id,
  hidden: boolean,
): Promise<{ readonly changed: boolean }> {
  const userId = accountOf(actor);
  return unitOfWork.transact(async (stores) => {
    const now = runtime.clock.now();
    const { comment } = await requireOwnThread(stores, userId, commentId, now);
    const changed = await stores.comments.setHidden(comment.id, hidden ? now : null);
    if (changed)
      await stores.outbox.append({
        type: hidden ? 'comment.hidden' : 'comment.unhidden',
        actor,
        payload: eventOf(comment),
      });
    return { changed };
  });
}

/**
 * Pins one published top-level comment of the actor's own post, in place of the one that was, or unpins it.
 *
 * @returns whether that changed anything
 * @throws comment.not_found, comment.not_your_post (forbidden), comment.not_pinnable (conflict) for answers and for what
 * is not published
 */
export async function setPinned(
  { unitOfWork, runtime }: CommentWriteDeps,
  actor: Actor,
  commentId: Id,
  pinned: boolean,
): Promise<{ readonly changed: boolean }> {
  const userId = accountOf(actor);
  return unitOfWork.transact(async (stores) => {
    const now = runtime.clock.now();
    const { comment, facts } = await requireOwnThread(stores, userId, commentId, now);
    if (pinned && (comment.parentId !== null || !isLive(facts, now)))
      throw conflict('comment.not_pinnable', 'only a published comment right below the post can be pinned');
    const before = (await stores.comments.thread(comment.postId))?.pinnedId ?? null;
    if (!pinned && before !== comment.id) return { changed: false };
    const changed = await stores.comments.setPinned(comment.postId, pinned ? comment.id : null);
    if (changed)
      await stores.outbox.append({
        type: pinned ? 'comment.pinned' : 'comment.unpinned',
        actor,
        payload: eventOf(comment),
      });
    return { changed };
  });
}
