import { requireActive, requireVisible } from '../access/index.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { conflict } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import { type MuteOutcome, requireFuture } from './mute.js';
import type { GraphUnit, GraphWriteDeps } from './pair.js';

/** How many entries an account may keep: every page of its feed is filtered by them. */
export interface TopicLimits {
  /** @default 300 */
  readonly mutedWords?: number;
  /** @default 1000 */
  readonly mutedThreads?: number;
  /** @default 300 */
  readonly followedHashtags?: number;
}

const DEFAULT_LIMITS = Object.freeze({ mutedWords: 300, mutedThreads: 1000, followedHashtags: 300 });

interface OwnChange {
  readonly unit: GraphUnit;
  readonly me: Id;
  /** Unix milliseconds. */
  readonly now: number;
  /** @throws `<noun>.limit_reached` (conflict) when the account holds that many entries of the kind */
  requireRoom(kind: 'words' | 'threads' | 'hashtags', limit: number, noun: string): Promise<void>;
}

const changeOwn = <T>(
  { unitOfWork, runtime }: GraphWriteDeps,
  actor: Actor,
  change: (own: OwnChange) => Promise<T>,
): Promise<T> => {
  const me = accountOf(actor);
  return unitOfWork.transact(async (unit) => {
    // Serialises the account's own changes, so that a limit holds under concurrency.
    await unit.locks.accounts([me]);
    requireActive((await unit.facts.relations(me, [me])).get(me));
    return change({
      unit,
      me,
      now: runtime.clock.now(),
      async requireRoom(kind, limit, noun) {
        if ((await unit.topics.count(me, kind)) > limit)
          throw conflict(`${noun}.limit_reached`, `there is room for ${limit}; remove one first`);
      },
    });
  });
};

/** The id a post has now; the id it had as a draft finds it too. */
const publishedId = async ({ posts }: Pick<GraphUnit, 'posts'>, postId: Id): Promise<Id> =>
  (await posts.aliases([postId])).get(postId) ?? postId;

/**
 * Hides posts that contain a word or phrase. Muting it again sets a new end.
 * @throws mute.expired (validation), muted_word.limit_reached (conflict)
 */
export const muteWord = (
  deps: GraphWriteDeps,
  actor: Actor,
  { word, expiresAt }: { readonly word: string; readonly expiresAt: number | null },
  limits: TopicLimits,
): Promise<MuteOutcome> =>
  changeOwn(deps, actor, async ({ unit, me, now, requireRoom }) => {
    requireFuture(expiresAt, now);
    await unit.topics.removeExpired(me, now);
    const changed = await unit.topics.muteWord(me, { word, id: deps.runtime.ids.next(), expiresAt }, now);
    await requireRoom('words', limits.mutedWords ?? DEFAULT_LIMITS.mutedWords, 'muted_word');
    return { status: 'muted', changed };
  });

/** Shows posts with the word again. */
export const unmuteWord = (
  deps: GraphWriteDeps,
  actor: Actor,
  { word }: { readonly word: string },
): Promise<MuteOutcome> =>
  changeOwn(deps, actor, async ({ unit, me, now }) => ({
    status: 'none',
    changed: await unit.topics.unmuteWord(me, word, now),
  }));

/**
 * Stops notifying about a post and what is under it, and offering it. Muting it again sets a new end.
 * @throws mute.expired (validation), post.not_found when the post cannot be seen, muted_thread.limit_reached (conflict)
 */
export const muteThread = (
  deps: GraphWriteDeps,
  actor: Actor,
  { postId: given, expiresAt }: { readonly postId: Id; readonly expiresAt: number | null },
  limits: TopicLimits,
): Promise<MuteOutcome> =>
  changeOwn(deps, actor, async ({ unit, me, now, requireRoom }) => {
    requireFuture(expiresAt, now);
    const postId = await publishedId(unit, given);
    requireVisible((await unit.facts.posts(me, [postId])).get(postId), now, 'post');
    await unit.topics.removeExpired(me, now);
    const changed = await unit.topics.muteThread(me, { postId, id: deps.runtime.ids.next(), expiresAt }, now);
    await requireRoom('threads', limits.mutedThreads ?? DEFAULT_LIMITS.mutedThreads, 'muted_thread');
    return { status: 'muted', changed };
  });

/** Ends the mute of a thread. Says nothing about whether the post exists. */
export const unmuteThread = (
  deps: GraphWriteDeps,
  actor: Actor,
  { postId }: { readonly postId: Id },
): Promise<MuteOutcome> =>
  changeOwn(deps, actor, async ({ unit, me, now }) => ({
    status: 'none',
    changed: await unit.topics.unmuteThread(me, await publishedId(unit, postId), now),
  }));

/** Where following a hashtag stands after a call, and whether the call moved it. */
export interface HashtagOutcome {
  readonly status: 'following' | 'none';
  readonly changed: boolean;
}

/** Brings public posts with a hashtag into the home feed. @throws hashtag.limit_reached (conflict) */
export const followHashtag = (
  deps: GraphWriteDeps,
  actor: Actor,
  { tag }: { readonly tag: string },
  limits: TopicLimits,
): Promise<HashtagOutcome> =>
  changeOwn(deps, actor, async ({ unit, me, requireRoom }) => {
    const changed = await unit.topics.followHashtag(me, { tag, id: deps.runtime.ids.next() });
    await requireRoom('hashtags', limits.followedHashtags ?? DEFAULT_LIMITS.followedHashtags, 'hashtag');
    if (changed) await unit.outbox.append({ type: 'hashtag.followed', actor, payload: { userId: me, tag } });
    return { status: 'following', changed };
  });

/** Ends following a hashtag. */
export const unfollowHashtag = (
  deps: GraphWriteDeps,
  actor: Actor,
  { tag }: { readonly tag: string },
): Promise<HashtagOutcome> =>
  changeOwn(deps, actor, async ({ unit, me }) => {
    const changed = await unit.topics.unfollowHashtag(me, tag);
    if (changed)
      await unit.outbox.append({ type: 'hashtag.unfollowed', actor, payload: { userId: me, tag } });
    return { status: 'none', changed };
  });
