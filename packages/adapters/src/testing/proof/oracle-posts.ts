import { oracleMayComment, oracleMayShare, oracleMutes, oracleSeesPost } from '@socialkit/core/testing';
import { expectSummary, type Looker } from './oracle-accounts.js';
import type { PlainPost, PlainWorld } from './plain-world.js';

// What the reads about posts must say, by looking at plain data. It shares no code with the product.

export const postOf = (world: PlainWorld, id: string): PlainPost | undefined =>
  world.posts.find((candidate) => candidate.id === id);

/** Milliseconds since 1970 at which an id was made: 41 bits of milliseconds since 2000, then 22 bits. */
export const timeOf = (id: string): number => Number(BigInt(id) >> 22n) + Date.UTC(2000, 0, 1);

/** Newest first by id. */
export const byNewest = (a: { readonly id: string }, b: { readonly id: string }): number =>
  BigInt(a.id) < BigInt(b.id) ? 1 : -1;

/** Engagement of a post, counted anew. */
export function expectCounts(world: PlainWorld, id: string) {
  const reactions = world.reactions.filter(({ targetId }) => targetId === id);
  const byKind: Record<string, number> = {};
  for (const { kind } of reactions) byKind[kind] = (byKind[kind] ?? 0) + 1;
  return {
    comments: world.comments.filter(({ postId, status }) => postId === id && status === 'published').length,
    reactions: reactions.length,
    byKind,
    reposts: world.posts.filter(({ repostOfId, status }) => repostOfId === id && status !== 'deleted').length,
    quotes: world.posts.filter(({ quoteOfId, status }) => quoteOfId === id && status === 'published').length,
    bookmarks: world.bookmarks.filter(({ postId }) => postId === id).length,
  };
}

function expectPoll(world: PlainWorld, viewer: Looker, post: PlainPost) {
  if (!post.poll) return null;
  const { options, multiple, expiresAt, ballots } = post.poll;
  const ballot = ballots.find(({ userId }) => userId === viewer);
  const closed = expiresAt !== null && expiresAt <= world.now;
  const shown = closed || ballot !== undefined || viewer === post.authorId;
  return {
    multiple,
    expiresAt,
    closed,
    voterCount: ballots.length,
    options: options.map((text, position) => ({
      text,
      votes: shown ? ballots.filter((cast) => cast.options.includes(position)).length : null,
    })),
    voted: ballot ? ballot.options : null,
  };
}

/** Kinds a viewer reacted with. */
export const expectReacted = (world: PlainWorld, viewer: Looker, id: string): string[] =>
  world.reactions
    .filter(({ userId, targetId }) => userId === viewer && targetId === id)
    .map(({ kind }) => kind)
    .sort();

interface ExpectedPost {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** A post as a viewer gets to see it; null when he must not know of it. @param inner it stands in another one as a quote */
export function expectPost(
  world: PlainWorld,
  viewer: Looker,
  id: string,
  inner = false,
): ExpectedPost | null {
  const post = postOf(world, id);
  if (!post || !oracleSeesPost(world, viewer, id)) return null;
  const isFrame = post.repostOfId !== null;
  const { quoteOfId } = post;
  const unpublished = post.status === 'draft' || post.status === 'scheduled';
  return {
    id,
    author: expectSummary(world, post.authorId),
    status: post.status,
    visibility: post.visibility,
    text: post.text,
    media: post.media,
    contentWarning: post.contentWarning,
    label: unpublished ? 'unpublished' : post.label,
    commentPolicy: post.commentPolicy,
    createdAt: timeOf(id),
    publishedAt: post.publishedAt,
    scheduledAt: post.scheduledAt,
    editedAt: post.editedAt,
    expiresAt: post.expiresAt,
    tags: [...post.hashtags].sort(),
    mentions: [...post.mentions].sort(),
    poll: expectPoll(world, viewer, post),
    counts: expectCounts(world, id),
    viewer: {
      reacted: expectReacted(world, viewer, id),
      bookmarked: world.bookmarks.some(({ userId, postId }) => userId === viewer && postId === id),
      reposted: world.posts.some(
        ({ authorId, repostOfId, status }) =>
          authorId === viewer && repostOfId === id && status !== 'deleted',
      ),
      canComment: viewer !== null && !isFrame && oracleMayComment(world, viewer, id),
      canShare: viewer !== null && !isFrame && oracleMayShare(world, viewer, id),
      canEdit: viewer === post.authorId && !isFrame && post.status !== 'flagged',
      muted: oracleMutes(world, viewer, post.authorId),
    },
    repostOf: post.repostOfId === null ? null : expectPost(world, viewer, post.repostOfId),
    quoteOf:
      quoteOfId === null
        ? null
        : inner
          ? { collapsed: true, id: quoteOfId }
          : (expectPost(world, viewer, quoteOfId, true) ?? { unavailable: true }),
  };
}

/** Posts as a viewer gets to see them; what he must not know of is left out. */
export const expectPosts = (world: PlainWorld, viewer: Looker, ids: readonly string[]): ExpectedPost[] =>
  ids.flatMap((id) => expectPost(world, viewer, id) ?? []);

/** What a listing below a post is about: of a repost the original; null when the viewer must not know of it. */
export function subjectOf(world: PlainWorld, viewer: Looker, id: string): PlainPost | null {
  const post = postOf(world, id);
  if (!post || !oracleSeesPost(world, viewer, id)) return null;
  return post.repostOfId === null ? post : (postOf(world, post.repostOfId) ?? null);
}

/** Versions of a post, newest first. */
export function expectHistory(world: PlainWorld, viewer: Looker, id: string) {
  const post = subjectOf(world, viewer, id);
  if (!post) return null;
  const { text, editedAt, publishedAt } = post;
  return [
    { text, writtenAt: editedAt ?? publishedAt ?? timeOf(post.id) },
    ...[...post.versions].reverse().map(({ text: old, writtenAt }) => ({ text: old, writtenAt })),
  ];
}
