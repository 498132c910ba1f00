import { drop, type PlainPost, type PlainWorld } from './plain-world.js';

/** A public post as plain facts, with nothing in it yet. @param now Unix ms of its publication */
export const newPost = (id: string, authorId: string, now: number): PlainPost => ({
  id,
  authorId,
  status: 'published',
  visibility: 'public',
  expiresAt: null,
  commentPolicy: 'everyone',
  repostOfId: null,
  quoteOfId: null,
  mentions: [],
  hashtags: [],
  hasMedia: false,
  text: '',
  contentWarning: null,
  media: [],
  label: null,
  publishedAt: now,
  scheduledAt: null,
  editedAt: null,
  poll: null,
  versions: [],
  draftId: null,
});

/** A post becomes published: the first time its poll begins. */
export function publishNow(world: PlainWorld, post: PlainPost): void {
  post.status = 'published';
  if (post.publishedAt !== null) return;
  post.publishedAt = world.now;
  if (post.poll) post.poll.expiresAt = world.now + post.poll.durationMs;
}

/** A post is deleted: what was written goes, what stands below it stays. */
export function erase(world: PlainWorld, post: PlainPost): void {
  Object.assign(post, { status: 'deleted', text: '', media: [], hasMedia: false, contentWarning: null });
  Object.assign(post, {
    label: null,
    scheduledAt: null,
    poll: null,
    versions: [],
    hashtags: [],
    mentions: [],
  });
  drop(world.pins, ({ postId }) => postId === post.id);
}
