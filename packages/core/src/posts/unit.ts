import {
  type ContentFacts,
  type ContentGate,
  type FactsReader,
  isLive,
  requireActive,
  requireVisible,
} from '../access/index.js';
import type { CounterWriter } from '../counters/store.js';
import type { RoleTable } from '../identity/roles.js';
import type { AccountReader } from '../identity/store.js';
import { conflict, notFound, SocialError } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import type { Runtime } from '../kernel/runtime.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import type { KernelStores } from '../stores.js';
import type { LinkPreview } from './link-preview.js';
import type { MediaResolver } from './media.js';
import type { PostChange, PostReader, PostStores } from './store.js';
import type { Post } from './types.js';

/** What the writes of posts need of a unit of work. */
export type PostUnit = KernelStores &
  PostStores & {
    readonly counters: CounterWriter;
    readonly accounts: AccountReader;
  };

/** What the writes of posts work on. */
export interface PostWriteDeps {
  readonly unitOfWork: UnitOfWork<PostUnit>;
  readonly readers: { readonly posts: PostReader; readonly polls: PostStores['polls'] | PollLookup };
  readonly runtime: Runtime;
  readonly gate: ContentGate;
  /** The canonical form of a handle, or null for text that cannot be one. */
  readonly canonicalHandle: (text: string) => string | null;
  readonly roles: RoleTable;
  readonly media: MediaResolver;
  readonly preview: LinkPreview;
}

type PollLookup = Pick<PostStores['polls'], 'find'>;

/** The fields every event about a post carries. */
export const eventOf = (post: Pick<Post, 'id' | 'authorId'>) => ({
  postId: post.id,
  authorId: post.authorId,
});

/** @throws account.not_found, account.inactive (forbidden) */
export async function requireActiveAccount(facts: FactsReader, accountId: Id): Promise<void> {
  requireActive((await facts.relations(accountId, [accountId])).get(accountId));
}

/**
 * The actor's own post, whatever state it is in but deleted. Posts of others look as if they did not exist unless they can
 * be seen.
 * @throws post.not_found, post.not_yours (forbidden)
 */
export async function requireOwn(
  stores: Pick<PostUnit, 'facts'>,
  post: Post | null,
  actorId: Id,
  now: number,
): Promise<Post> {
  if (!post || post.status === 'deleted') throw notFound('post');
  if (post.authorId === actorId) return post;
  requireVisible((await stores.facts.posts(actorId, [post.id])).get(post.id), now, 'post');
  throw new SocialError('forbidden', 'post.not_yours', 'only the author of a post can do that');
}

/**
 * Locks the actor's account and post, then reads them: what every change of one's own post begins with.
 * @throws post.not_found, post.not_yours, account.not_found, account.inactive
 */
export async function lockOwn(stores: PostUnit, actorId: Id, postId: Id, now: number): Promise<Post> {
  // Who wrote a post and what a draft became never change, so both can be read before the locks.
  const before = await requireOwn(stores, await stores.posts.find(postId), actorId, now);
  await stores.locks.accounts([actorId]);
  await stores.locks.posts([before.id]);
  const post = await requireOwn(stores, await stores.posts.find(before.id), actorId, now);
  await requireActiveAccount(stores.facts, actorId);
  return post;
}

/** A post of anybody, seen by the actor and locked. */
export interface LockedPost {
  readonly post: Post;
  readonly facts: ContentFacts;
}

/**
 * Locks what holds between the actor and a post's author, and the post, then checks that the actor sees it. A plain
 * repost stands for its original.
 *
 * @param own also locks the actor's account: for what changes his own posts
 * @throws post.not_found, account.not_found, account.inactive
 */
export async function lockSeen(
  stores: PostUnit,
  actorId: Id,
  postId: Id,
  now: number,
  own = false,
): Promise<LockedPost> {
  const asked = await stores.posts.find(postId);
  if (!asked) throw notFound('post');
  const meant = asked.repostOfId === null ? asked : await stores.posts.find(asked.repostOfId);
  if (!meant) throw notFound('post');
  await stores.locks.pairShared([[actorId, meant.authorId]]);
  if (own) await stores.locks.accounts([actorId]);
  await stores.locks.posts([meant.id]);
  // The wrapper too: what one sees only through it is not seen once it is gone.
  const found = await stores.facts.posts(actorId, [...new Set([asked.id, meant.id])]);
  if (asked.id !== meant.id) requireVisible(found.get(asked.id), now, 'post');
  const facts = found.get(meant.id);
  requireVisible(facts, now, 'post');
  await requireActiveAccount(stores.facts, actorId);
  const post = await stores.posts.find(meant.id);
  if (!post) throw notFound('post');
  return { post, facts };
}

/** @throws post.not_live (conflict) for posts that are not published */
export function requireLive(facts: ContentFacts, now: number): void {
  if (!isLive(facts, now)) throw conflict('post.not_live', 'this post is not published');
}

/**
 * Writes a change of a locked post.
 * @returns the post as it now is
 * @throws post.changed_meanwhile (conflict, retryable) when the revision has moved on
 */
export async function change(stores: PostUnit, post: Post, fields: PostChange): Promise<Post> {
  if (!(await stores.posts.update(post.id, post.revision, fields))) throw changedMeanwhile();
  return { ...post, ...fields, revision: post.revision + 1 };
}

/** Somebody else changed the post between reading and writing. */
export const changedMeanwhile = (): SocialError =>
  new SocialError('conflict', 'post.changed_meanwhile', 'this post has changed meanwhile; read it again', {
    retryable: true,
  });
