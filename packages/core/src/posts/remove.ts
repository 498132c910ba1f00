import type { CounterDelta } from '../counters/store.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import type { Id } from '../kernel/ids.js';
import { withdraw } from './placing.js';
import { cancelPublication } from './schedule-job.js';
import { nextStatus } from './status.js';
import type { Post } from './types.js';
import { change, eventOf, lockOwn, type PostUnit, type PostWriteDeps } from './unit.js';

/** Deletes a locked post: what was written goes, the place of its comments and of what shares it stays. */
export async function erase(
  stores: PostUnit,
  actor: Actor,
  post: Post,
  now: number,
): Promise<readonly CounterDelta[]> {
  await cancelPublication(stores.jobs, post);
  const gone = await change(stores, post, {
    status: nextStatus(post.status, 'delete'),
    text: '',
    entities: [],
    media: [],
    link: null,
    contentWarning: null,
    label: null,
    scheduledAt: null,
    deletedAt: now,
  });
  const deltas = post.status === 'published' ? await withdraw(stores, gone) : [];
  await stores.posts.purge(post.id);
  await stores.polls.remove(post.id);
  await stores.pins.remove(post.authorId, post.id);
  if (post.repostOfId !== null) {
    await stores.reposts.remove(post.authorId, post.repostOfId);
    deltas.push({ subject: 'post', id: post.repostOfId, counter: 'repostCount', delta: -1 });
  }
  await stores.outbox.append({
    type: 'post.deleted',
    actor,
    payload: { ...eventOf(post), repostOfId: post.repostOfId },
  });
  return deltas;
}

/**
 * Deletes one's own post in whatever state it is. Its text, attachments, history, poll and mentions are gone at once.
 * @returns `changed: false` when it was deleted already
 * @throws post.not_found, post.not_yours (forbidden)
 */
export const deletePost = (
  { unitOfWork, runtime }: Pick<PostWriteDeps, 'unitOfWork' | 'runtime'>,
  actor: Actor,
  { postId }: { readonly postId: Id },
): Promise<{ readonly changed: boolean }> => {
  const authorId = accountOf(actor);
  return unitOfWork.transact(async (stores) => {
    const now = runtime.clock.now();
    const isGone = (post: Post | null) => post?.authorId === authorId && post.status === 'deleted';
    const seen = await stores.posts.find(postId);
    if (isGone(seen)) return { changed: false };
    await stores.locks.accounts([authorId]);
    await stores.locks.posts(seen ? [seen.id, ...(seen.repostOfId === null ? [] : [seen.repostOfId])] : []);
    if (isGone(await stores.posts.find(postId))) return { changed: false };
    const post = await lockOwn(stores, authorId, postId, now);
    const deltas = await erase(stores, actor, post, now);
    if (deltas.length > 0) await stores.counters.add(deltas);
    return { changed: true };
  });
};
