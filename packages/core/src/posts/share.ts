import { canShare } from '../access/index.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { forbidden } from '../kernel/errors.js';
import { type Id, timeOfId } from '../kernel/ids.js';
import { place } from './placing.js';
import { erase } from './remove.js';
import type { Post } from './types.js';
import { eventOf, lockSeen, type PostWriteDeps, requireActiveAccount, requireLive } from './unit.js';

/** Where a repost stands after a call. */
export interface RepostOutcome {
  /** The wrapper that stands in the reposter's name; null when there is none. */
  readonly repostId: Id | null;
  readonly changed: boolean;
}

const wrapperOf = (original: Post, id: Id, authorId: Id): Post => ({
  id,
  authorId,
  status: 'published',
  type: 'text',
  text: '',
  entities: [],
  media: [],
  link: null,
  contentWarning: null,
  language: null,
  // What it shows is what its original shows; nothing of its own could be wider.
  visibility: 'public',
  commentPolicy: 'everyone',
  label: null,
  demoted: false,
  repostOfId: original.id,
  quoteOfId: null,
  expiresAt: null,
  scheduledAt: null,
  publishedAt: timeOfId(id),
  editedAt: null,
  deletedAt: null,
  revision: 1,
});

/**
 * Reposts a public post of a public account, or one's own public post. One repost per account and original: again changes
 * nothing. A repost of a repost is one of the original.
 *
 * @throws post.not_found, post.not_live (conflict), post.not_shareable (forbidden), account.inactive (forbidden)
 */
export const repost = (
  { unitOfWork, runtime }: Pick<PostWriteDeps, 'unitOfWork' | 'runtime'>,
  actor: Actor,
  { postId }: { readonly postId: Id },
): Promise<RepostOutcome> => {
  const actorId = accountOf(actor);
  return unitOfWork.transact(async (stores) => {
    const now = runtime.clock.now();
    const { post: original, facts } = await lockSeen(stores, actorId, postId, now, true);
    requireLive(facts, now);
    if (!canShare(facts, now))
      throw forbidden('post.not_shareable', 'only public posts of public accounts can be shared');
    const existing = await stores.reposts.find(actorId, original.id);
    if (existing !== null) return { repostId: existing, changed: false };
    const wrapper = wrapperOf(original, runtime.ids.next(), actorId);
    await stores.reposts.insert({ authorId: actorId, originalId: original.id, postId: wrapper.id });
    await stores.posts.insert(wrapper);
    await stores.outbox.append({
      type: 'post.created',
      actor,
      payload: { ...eventOf(wrapper), status: wrapper.status },
    });
    await stores.counters.add([
      ...(await place(stores, actor, wrapper, now, true)),
      { subject: 'post', id: original.id, counter: 'repostCount', delta: 1 },
    ]);
    return { repostId: wrapper.id, changed: true };
  });
};

/**
 * Takes one's repost of a post back. Works whatever became of the original, and says nothing about it.
 * @param input.postId the original, or the repost itself
 */
export const undoRepost = (
  { unitOfWork, runtime }: Pick<PostWriteDeps, 'unitOfWork' | 'runtime'>,
  actor: Actor,
  { postId }: { readonly postId: Id },
): Promise<RepostOutcome> => {
  const actorId = accountOf(actor);
  return unitOfWork.transact(async (stores) => {
    const asked = await stores.posts.find(postId);
    const originalId = asked?.repostOfId ?? asked?.id ?? postId;
    await stores.locks.accounts([actorId]);
    await stores.locks.posts([originalId]);
    await requireActiveAccount(stores.facts, actorId);
    const wrapperId = await stores.reposts.find(actorId, originalId);
    if (wrapperId === null) return { repostId: null, changed: false };
    await stores.locks.posts([wrapperId]);
    const wrapper = await stores.posts.find(wrapperId);
    if (wrapper) await stores.counters.add(await erase(stores, actor, wrapper, runtime.clock.now()));
    return { repostId: null, changed: wrapper !== null };
  });
};
