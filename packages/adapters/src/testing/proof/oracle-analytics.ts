import { oracleSeesAccount, oracleSeesPost } from '@socialkit/core/testing';
import type { Looker } from './oracle-accounts.js';
import type { PlainPost, PlainWorld } from './plain-world.js';

// What the analytics must say, by looking at plain data. It shares no code with the product.

const standing = (world: PlainWorld, accountId: string): PlainPost[] =>
  world.posts.filter(
    ({ authorId, repostOfId, status }) =>
      authorId === accountId && repostOfId === null && status === 'published',
  );

/** Engagements of others with the posts of an account that stand. */
export function expectContent(world: PlainWorld, accountId: string) {
  const posts = standing(world, accountId);
  const ids = new Set(posts.map(({ id }) => id));
  const others = <T>(list: readonly T[], postOf: (item: T) => string | null, whoOf: (item: T) => string) =>
    list.filter((item) => ids.has(postOf(item) ?? '') && whoOf(item) !== accountId).length;
  const published = <T extends { readonly status: string }>(list: readonly T[]) =>
    list.filter(({ status }) => status === 'published');
  return {
    posts: posts.length,
    likes: others(
      world.reactions,
      ({ targetId }) => targetId,
      ({ userId }) => userId,
    ),
    comments: others(
      published(world.comments),
      ({ postId }) => postId,
      ({ authorId }) => authorId,
    ),
    shares:
      others(
        published(world.posts),
        ({ repostOfId }) => repostOfId,
        ({ authorId }) => authorId,
      ) +
      others(
        published(world.posts),
        ({ quoteOfId }) => quoteOfId,
        ({ authorId }) => authorId,
      ),
    bookmarks: others(
      world.bookmarks,
      ({ postId }) => postId,
      ({ userId }) => userId,
    ),
  };
}

/** The text of a post for who looks at its numbers. */
export const expectText = (world: PlainWorld, viewer: Looker, postId: string): string | null =>
  oracleSeesPost(world, viewer, postId) ? (world.posts.find(({ id }) => id === postId)?.text ?? null) : null;

/** Of the accounts an answer names, those that it must not name to this viewer, or that do not follow. */
export const unnameable = (
  world: PlainWorld,
  viewer: Looker,
  accountId: string,
  named: readonly string[],
): string[] =>
  named.filter(
    (id) =>
      !oracleSeesAccount(world, viewer, id) ||
      !world.follows.some(({ from, to }) => from === id && to === accountId),
  );

/** Followers as they are now. */
export const expectFollowers = (world: PlainWorld, accountId: string): number =>
  world.follows.filter(({ to }) => to === accountId).length;
