import type { ContentFacts, ContentGate, FactsReader } from '../access/index.js';
import { canView } from '../access/index.js';
import type { CounterWriter } from '../counters/store.js';
import type { AccountReader } from '../identity/store.js';
import { notFound } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import type { Runtime } from '../kernel/runtime.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import type { PostReader } from '../posts/store.js';
import type { KernelStores } from '../stores.js';
import type { CanonicalHandle } from '../text-entities/index.js';
import type { CommentReader, CommentWriter } from './store.js';
import type { Comment } from './types.js';

/** What the writes of comments need of a unit of work. */
export type CommentStores = Pick<
  KernelStores,
  'outbox' | 'facts' | 'locks' | 'idempotency' | 'audit' | 'measures'
> & {
  readonly comments: CommentReader & CommentWriter;
  readonly counters: CounterWriter;
  readonly accounts: AccountReader;
  readonly posts: Pick<PostReader, 'aliases'>;
};

/** What the writes of comments work on. */
export interface CommentWriteDeps {
  readonly unitOfWork: UnitOfWork<CommentStores>;
  readonly runtime: Runtime;
  readonly gate: ContentGate;
  readonly canonicalHandle: CanonicalHandle;
  readonly maxDepth: number;
}

/** The fields every event about a comment carries. */
export const eventOf = (comment: Pick<Comment, 'id' | 'postId' | 'authorId'>) => ({
  commentId: comment.id,
  postId: comment.postId,
  authorId: comment.authorId,
});

/** What finding a post reads. */
export interface PostLookup {
  readonly facts: FactsReader;
  readonly posts: Pick<PostReader, 'aliases'>;
}

/**
 * The post a viewer means, as he sees it; the id it had as a draft finds it too. A plain repost has no comments of its
 * own: it is then the original.
 * @throws post.not_found
 */
export async function requirePost(
  { facts, posts }: PostLookup,
  viewer: Id | null,
  postId: Id,
  now: number,
): Promise<ContentFacts> {
  let found = (await facts.posts(viewer, [postId])).get(postId);
  if (!found) {
    const id = (await posts.aliases([postId])).get(postId);
    if (id !== undefined) found = (await facts.posts(viewer, [id])).get(id);
  }
  if (!canView(found, now)) throw notFound('post');
  return found.container ?? found;
}

/** A comment and what holds between it and the one who acts on it. */
export interface LockedComment {
  readonly comment: Comment;
  readonly facts: ContentFacts;
}

/**
 * Locks a comment and its post, in front of which every change of the thread waits, then reads it. Says nothing about
 * who may see it: undefined only when there is no such comment.
 */
export async function lockComment(
  stores: CommentStores,
  viewer: Id | null,
  commentId: Id,
): Promise<LockedComment | undefined> {
  // Where a comment stands never changes, so it can be read before the lock it names.
  const placed = (await stores.comments.byIds([commentId])).get(commentId);
  if (!placed) return undefined;
  await stores.locks.posts([placed.postId]);
  await stores.locks.comments([commentId]);
  const comment = (await stores.comments.byIds([commentId])).get(commentId);
  const facts = (await stores.facts.comments(viewer, [commentId])).get(commentId);
  return comment && facts ? { comment, facts } : undefined;
}
