import {
  oracleMayComment,
  oracleMayShare,
  oracleSeesAccount,
  oracleSeesComment,
  oracleSeesPost,
} from '@socialkit/core/testing';
import { postOf } from './oracle-posts.js';
import type { PlainWorld } from './plain-world.js';

// Who may act on what, by looking at plain data. It shares no code with the product.

/** Whether an account may write at all. */
export const acts = (world: PlainWorld, id: string): boolean =>
  world.accounts.some((account) => account.id === id && ['active', 'limited'].includes(account.state));

const isLive = (world: PlainWorld, postId: string): boolean => {
  const post = postOf(world, postId);
  return post?.status === 'published' && (post.expiresAt === null || post.expiresAt > world.now);
};

/** The post that is meant by one that may be a repost. */
const meant = (world: PlainWorld, postId: string): string => postOf(world, postId)?.repostOfId ?? postId;

/** Whether an account may react to a post or keep it: it sees it, and what it shows is live. */
export const mayTouchPost = (world: PlainWorld, id: string, postId: string): boolean =>
  acts(world, id) && oracleSeesPost(world, id, postId) && isLive(world, meant(world, postId));

/** Whether an account may react to a comment. */
export function mayTouchComment(world: PlainWorld, id: string, commentId: string): boolean {
  const item = world.comments.find((candidate) => candidate.id === commentId);
  return (
    item !== undefined &&
    acts(world, id) &&
    oracleSeesComment(world, id, commentId) &&
    item.status === 'published' &&
    isLive(world, item.postId)
  );
}

/** Whether an account may repost or quote a post. */
export const mayShare = (world: PlainWorld, id: string, postId: string): boolean =>
  acts(world, id) && oracleSeesPost(world, id, postId) && oracleMayShare(world, id, meant(world, postId));

/** Whether an account may comment on a post, or answer a comment on it. */
export const mayComment = (world: PlainWorld, id: string, postId: string, parentId: string | null): boolean =>
  acts(world, id) &&
  oracleSeesPost(world, id, postId) &&
  oracleMayComment(world, id, meant(world, postId)) &&
  (parentId === null || mayTouchComment(world, id, parentId));

/** Whether an account may follow another one, ask it to be friends, or mute it. */
export const mayApproach = (world: PlainWorld, id: string, other: string): boolean =>
  acts(world, id) && oracleSeesAccount(world, id, other);

/** Whether an account may vote like this in the poll of a post. */
export function mayVote(world: PlainWorld, id: string, postId: string, options: readonly number[]): boolean {
  const post = postOf(world, postId);
  if (!post?.poll || post.authorId === id || !mayTouchPost(world, id, postId)) return false;
  const before = post.poll.ballots.find(({ userId }) => userId === id);
  // The same ballot again changes nothing, whenever it comes.
  if (before) return before.options.join() === options.join();
  const open = post.poll.expiresAt === null || post.poll.expiresAt > world.now;
  return open && (post.poll.multiple || options.length === 1);
}
