import type { CommentPolicy, Visibility } from '../access/index.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { conflict } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import { listHashtags } from './placing.js';
import type { Post } from './types.js';
import { change, eventOf, lockOwn, type PostWriteDeps } from './unit.js';

function requireOwnAudience(post: Post): void {
  if (post.repostOfId !== null)
    throw conflict('post.not_editable', 'a repost is for whom its original is for');
}

/**
 * Changes who can see one's own post, from the next read on: reposts and quotes of a narrowed post are empty for whom it is
 * not for any more, and it leaves the hashtags unless it is public.
 *
 * @throws post.not_found, post.not_yours (forbidden), post.not_editable (conflict) for reposts
 */
export const setVisibility = (
  { unitOfWork, runtime }: Pick<PostWriteDeps, 'unitOfWork' | 'runtime'>,
  actor: Actor,
  { postId, visibility }: { readonly postId: Id; readonly visibility: Visibility },
): Promise<{ readonly postId: Id; readonly changed: boolean }> => {
  const authorId = accountOf(actor);
  return unitOfWork.transact(async (stores) => {
    const post = await lockOwn(stores, authorId, postId, runtime.clock.now());
    requireOwnAudience(post);
    if (post.visibility === visibility) return { postId: post.id, changed: false };
    const changed = await change(stores, post, { visibility });
    const deltas = await listHashtags(stores, changed);
    if (deltas.length > 0) await stores.counters.add(deltas);
    if (post.publishedAt !== null)
      await stores.outbox.append({
        type: 'post.visibility_changed',
        actor,
        payload: { ...eventOf(post), from: post.visibility, to: visibility },
      });
    return { postId: post.id, changed: true };
  });
};

/**
 * Changes who may comment on one's own post. What was written stays.
 * @throws post.not_found, post.not_yours (forbidden), post.not_editable (conflict) for reposts
 */
export const setCommentPolicy = (
  { unitOfWork, runtime }: Pick<PostWriteDeps, 'unitOfWork' | 'runtime'>,
  actor: Actor,
  { postId, commentPolicy }: { readonly postId: Id; readonly commentPolicy: CommentPolicy },
): Promise<{ readonly postId: Id; readonly changed: boolean }> => {
  const authorId = accountOf(actor);
  return unitOfWork.transact(async (stores) => {
    const post = await lockOwn(stores, authorId, postId, runtime.clock.now());
    requireOwnAudience(post);
    if (post.commentPolicy === commentPolicy) return { postId: post.id, changed: false };
    await change(stores, post, { commentPolicy });
    return { postId: post.id, changed: true };
  });
};
