import { oracleMayComment, oracleMutes, oracleSeesAccount, oracleSeesComment } from '@socialkit/core/testing';
import { accountOf, expectSummary, type Looker } from './oracle-accounts.js';
import { byNewest, expectReacted, postOf, subjectOf, timeOf } from './oracle-posts.js';
import type { PlainComment, PlainPost, PlainWorld } from './plain-world.js';

// What the reads about comments and reactions must say, by looking at plain data. It shares no code with the product.

/** Whether a comment has a place in its thread: it is published, or something below it has one. */
const hasPlace = (world: PlainWorld, item: PlainComment): boolean =>
  item.status === 'published' || repliesWithPlace(world, item.id) > 0;
const repliesWithPlace = (world: PlainWorld, id: string): number =>
  world.comments.filter((reply) => reply.parentId === id && hasPlace(world, reply)).length;

const reactionsOf = (world: PlainWorld, id: string) =>
  world.reactions.filter(({ targetId }) => targetId === id);

const isLivePost = (world: PlainWorld, post: PlainPost | undefined): boolean =>
  post?.status === 'published' && (post.expiresAt === null || post.expiresAt > world.now);

function viewerOf(world: PlainWorld, viewer: Looker, item: PlainComment) {
  const post = postOf(world, item.postId);
  const acts = viewer !== null && ['active', 'limited'].includes(accountOf(world, viewer).state);
  const live = item.status === 'published' && isLivePost(world, post);
  const [mine, ownPost] = [viewer === item.authorId, viewer === post?.authorId];
  return {
    reacted: expectReacted(world, viewer, item.id),
    canReact: acts && live,
    canReply: acts && live && oracleMayComment(world, viewer ?? '', item.postId),
    canEdit: acts && mine && item.status !== 'flagged',
    canDelete: acts && (mine || ownPost),
    canHide: acts && ownPost,
    canPin: acts && ownPost && live && item.parentId === null,
  };
}

/** A comment in full, whoever asks. @param inThread pins show where a thread is read, not in lists of an author */
function full(world: PlainWorld, viewer: Looker, item: PlainComment, inThread = true) {
  const reactions = reactionsOf(world, item.id);
  return {
    id: item.id,
    postId: item.postId,
    parentId: item.parentId,
    createdAt: timeOf(item.id),
    status: item.status as string,
    author: expectSummary(world, item.authorId) as ReturnType<typeof expectSummary> | null,
    text: item.text as string | null,
    label: item.label,
    hidden: item.hidden,
    pinned: inThread && world.pinnedComments.some(({ commentId }) => commentId === item.id),
    edited: item.edited,
    counts: { replies: repliesWithPlace(world, item.id), reactions: reactions.length },
    viewer: viewerOf(world, viewer, item) as ReturnType<typeof viewerOf> | null,
  };
}

/** The mere place of a comment that is not for the viewer. */
const placeOf = (world: PlainWorld, item: PlainComment): ReturnType<typeof full> => ({
  id: item.id,
  postId: item.postId,
  parentId: item.parentId,
  createdAt: timeOf(item.id),
  status: 'unavailable',
  author: null,
  text: null,
  label: null,
  hidden: false,
  pinned: false,
  edited: false,
  counts: { replies: repliesWithPlace(world, item.id), reactions: 0 },
  viewer: null,
});

/** One comment; null when the viewer must not know of it. */
export function expectComment(world: PlainWorld, viewer: Looker, id: string) {
  const item = world.comments.find((candidate) => candidate.id === id);
  return item && oracleSeesComment(world, viewer, id) ? full(world, viewer, item) : null;
}

/** Whether the viewer meets a comment where threads are read. */
const isMet = (world: PlainWorld, viewer: Looker, item: PlainComment): boolean =>
  oracleSeesComment(world, viewer, item.id) &&
  (viewer === item.authorId || !oracleMutes(world, viewer, item.authorId));

/** How a thread is read. */
export interface ThreadReading {
  readonly sort: 'newest' | 'oldest' | 'top';
  readonly hidden: boolean;
}

function level(
  world: PlainWorld,
  viewer: Looker,
  post: PlainPost,
  parentId: string | null,
  { sort, hidden }: ThreadReading,
) {
  const own = (item: PlainComment) => viewer !== null && item.authorId === viewer;
  const items = world.comments
    .filter((item) => item.postId === post.id && item.parentId === parentId)
    .filter((item) => hasPlace(world, item) || (own(item) && item.status !== 'deleted'))
    .filter((item) =>
      hidden ? item.hidden : !item.hidden || own(item) || (viewer !== null && viewer === post.authorId),
    )
    .sort(byNewest);
  if (sort === 'oldest') items.reverse();
  if (sort === 'top')
    items.sort((a, b) => reactionsOf(world, b.id).length - reactionsOf(world, a.id).length || byNewest(a, b));
  return items.flatMap((item) =>
    isMet(world, viewer, item)
      ? [full(world, viewer, item)]
      : repliesWithPlace(world, item.id) > 0
        ? [placeOf(world, item)]
        : [],
  );
}

/** What hangs right below a post or one of its comments; null when the viewer must not know of it. */
export function expectLevel(
  world: PlainWorld,
  viewer: Looker,
  postId: string,
  parentId: string | null,
  reading: ThreadReading,
) {
  const post = subjectOf(world, viewer, postId);
  if (!post) return null;
  if (parentId !== null) {
    const parent = world.comments.find(({ id }) => id === parentId);
    if (!parent || parent.postId !== post.id) return null;
    if (!oracleSeesComment(world, viewer, parentId) && repliesWithPlace(world, parentId) === 0) return null;
  }
  return level(world, viewer, post, parentId, reading);
}

/** The comment an author pinned below a post, as the viewer meets it. */
export function expectPinnedComment(world: PlainWorld, viewer: Looker, postId: string) {
  const post = subjectOf(world, viewer, postId);
  const pin = world.pinnedComments.find((entry) => entry.postId === post?.id);
  const item = world.comments.find(({ id }) => id === pin?.commentId);
  return item && isMet(world, viewer, item) ? full(world, viewer, item) : null;
}

/** What an account commented, newest first; null when the viewer must not know of the account. */
export function expectCommentsBy(world: PlainWorld, viewer: Looker, userId: string) {
  if (!oracleSeesAccount(world, viewer, userId)) return null;
  const open =
    viewer === userId ||
    !accountOf(world, userId).isPrivate ||
    world.follows.some(({ from, to }) => from === viewer && to === userId);
  if (!open) return [];
  return world.comments
    .filter((item) => item.authorId === userId && oracleSeesComment(world, viewer, item.id))
    .sort(byNewest)
    .map((item) => full(world, viewer, item, false));
}

/** Who reacted, newest first, as far as the viewer may know of them. */
export const expectReactors = (world: PlainWorld, viewer: Looker, targetId: string, kind?: string) =>
  [...reactionsOf(world, targetId)]
    .reverse()
    .filter((reaction) => kind === undefined || reaction.kind === kind)
    .filter(({ userId }) => oracleSeesAccount(world, viewer, userId))
    .map((reaction) => ({ user: expectSummary(world, reaction.userId), kind: reaction.kind }));

/** Those the viewer follows among who reacted. */
export function expectKnownReactors(world: PlainWorld, viewer: string, targetId: string) {
  const known = expectReactors(world, viewer, targetId).filter(
    ({ user }, at, all) =>
      world.follows.some(({ from, to }) => from === viewer && to === user.id) &&
      all.findIndex((other) => other.user.id === user.id) === at,
  );
  return { sample: known.slice(0, 3), count: known.length, more: false };
}
