import { type Actor, accountOf } from '../kernel/actor.js';
import { conflict } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import { MAX_PINS } from './types.js';
import { eventOf, lockOwn, lockSeen, type PostWriteDeps, requireActiveAccount, requireLive } from './unit.js';

type Deps = Pick<PostWriteDeps, 'unitOfWork' | 'runtime'>;
interface PostRef {
  readonly postId: Id;
}
interface Outcome {
  readonly changed: boolean;
}

/**
 * Keeps a post in one's own bookmarks. Of a plain repost, the original.
 * @throws post.not_found, post.not_live (conflict)
 */
export const bookmark = ({ unitOfWork, runtime }: Deps, actor: Actor, input: PostRef): Promise<Outcome> => {
  const userId = accountOf(actor);
  return unitOfWork.transact(async (stores) => {
    const now = runtime.clock.now();
    const { post, facts } = await lockSeen(stores, userId, input.postId, now);
    requireLive(facts, now);
    const bookmarkId = runtime.ids.next();
    if (!(await stores.bookmarks.insert({ userId, postId: post.id, id: bookmarkId })))
      return { changed: false };
    await stores.counters.add([{ subject: 'post', id: post.id, counter: 'bookmarkCount', delta: 1 }]);
    await stores.outbox.append({
      type: 'bookmark.added',
      actor,
      payload: { bookmarkId, postId: post.id, userId },
    });
    return { changed: true };
  });
};

/** Drops a bookmark, whatever became of the post; says nothing about it. */
export const unbookmark = ({ unitOfWork }: Deps, actor: Actor, input: PostRef): Promise<Outcome> => {
  const userId = accountOf(actor);
  return unitOfWork.transact(async (stores) => {
    const asked = await stores.posts.find(input.postId);
    const postId = asked?.repostOfId ?? asked?.id ?? input.postId;
    await stores.locks.posts([postId]);
    await requireActiveAccount(stores.facts, userId);
    const bookmarkId = await stores.bookmarks.remove(userId, postId);
    if (bookmarkId === null) return { changed: false };
    await stores.counters.add([{ subject: 'post', id: postId, counter: 'bookmarkCount', delta: -1 }]);
    await stores.outbox.append({
      type: 'bookmark.removed',
      actor,
      payload: { bookmarkId, postId, userId },
    });
    return { changed: true };
  });
};

/**
 * Puts one's own published post on top of one's profile, above the ones pinned before.
 * @throws post.not_found, post.not_yours (forbidden), post.not_live, post.too_many_pins (conflict)
 */
export const pin = ({ unitOfWork, runtime }: Deps, actor: Actor, input: PostRef): Promise<Outcome> => {
  const userId = accountOf(actor);
  return unitOfWork.transact(async (stores) => {
    const now = runtime.clock.now();
    const post = await lockOwn(stores, userId, input.postId, now);
    if (post.status !== 'published' || (post.expiresAt !== null && post.expiresAt <= now))
      throw conflict('post.not_live', 'this post is not published');
    const pinned = await stores.pins.list(userId);
    if (pinned.includes(post.id)) return { changed: false };
    if (pinned.length >= MAX_PINS)
      throw conflict('post.too_many_pins', `a profile shows at most ${MAX_PINS} pinned posts`);
    await stores.pins.insert(userId, post.id, runtime.ids.next());
    await stores.outbox.append({ type: 'post.pinned', actor, payload: eventOf(post) });
    return { changed: true };
  });
};

/**
 * Takes one's own post off the top of the profile.
 * @throws post.not_found, post.not_yours (forbidden)
 */
export const unpin = ({ unitOfWork, runtime }: Deps, actor: Actor, input: PostRef): Promise<Outcome> => {
  const userId = accountOf(actor);
  return unitOfWork.transact(async (stores) => {
    const post = await lockOwn(stores, userId, input.postId, runtime.clock.now());
    const changed = await stores.pins.remove(userId, post.id);
    if (changed) await stores.outbox.append({ type: 'post.unpinned', actor, payload: eventOf(post) });
    return { changed };
  });
};
