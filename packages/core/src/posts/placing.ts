import type { CounterDelta } from '../counters/store.js';
import type { Actor } from '../kernel/actor.js';
import { hashtagsIn, mentionedIn } from '../text-entities/index.js';
import type { Post } from './types.js';
import { eventOf, type PostUnit } from './unit.js';

const counted = (post: Post, delta: 1 | -1): CounterDelta[] => [
  { subject: 'account', id: post.authorId, counter: 'postCount', delta },
  ...(post.quoteOfId === null
    ? []
    : [{ subject: 'post', id: post.quoteOfId, counter: 'quoteCount', delta } as const]),
];

/**
 * Lists a post under exactly the hashtags it has while it is published and public, under none otherwise: what is listed
 * and counted there anybody may know.
 */
export async function listHashtags(stores: PostUnit, post: Post): Promise<CounterDelta[]> {
  const shown = post.status === 'published' && post.visibility === 'public';
  const { added, removed } = await stores.posts.setHashtags(post.id, shown ? hashtagsIn(post.entities) : []);
  const delta = (tag: string, by: 1 | -1): CounterDelta => ({
    subject: 'hashtag',
    id: tag,
    counter: 'postCount',
    delta: by,
  });
  return [...added.map((tag) => delta(tag, 1)), ...removed.map((tag) => delta(tag, -1))];
}

/**
 * Puts a post that has just become `published` where others find it, and tells of its first publication.
 * @param first it has never been published before; its poll starts now
 * @param reference what the content gate calls its decision about it
 * @returns the counters to change
 */
export async function place(
  stores: PostUnit,
  actor: Actor,
  post: Post,
  now: number,
  first: boolean,
  reference: { readonly reference?: string } = {},
): Promise<CounterDelta[]> {
  const deltas = [...counted(post, 1), ...(await listHashtags(stores, post))];
  await stores.posts.touchAuthor(post.authorId);
  if (!first) return deltas;
  if (post.type === 'poll') {
    const poll = await stores.polls.find(post.id);
    if (poll) await stores.polls.open(post.id, now + poll.durationMs);
  }
  await stores.outbox.append({
    type: 'post.published',
    actor,
    payload: {
      ...eventOf(post),
      visibility: post.visibility,
      type: post.type,
      repostOfId: post.repostOfId,
      quoteOfId: post.quoteOfId,
      mentions: mentionedIn(post.entities),
      ...reference,
    },
  });
  return deltas;
}

/**
 * Takes a post that is no longer `published` out of where others find it.
 * @returns the counters to change
 */
export async function withdraw(stores: PostUnit, post: Post): Promise<CounterDelta[]> {
  const deltas = [...counted(post, -1), ...(await listHashtags(stores, post))];
  await stores.posts.touchAuthor(post.authorId);
  return deltas;
}
