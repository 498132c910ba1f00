import type { World, WorldPost } from './world.js';

/**
 * The naive oracle: the rules of the house written down a second time, straight from the prose, by looking at a plain
 * world. It shares no code with the product on purpose, and never will: where the two differ, one of them is wrong.
 */

const account = (world: World, id: string) => world.accounts.find((candidate) => candidate.id === id);
const post = (world: World, id: string) => world.posts.find((candidate) => candidate.id === id);

const isActive = (world: World, id: string): boolean =>
  ['active', 'limited'].includes(account(world, id)?.state ?? 'gone');

const eitherBlocks = (world: World, one: string, other: string): boolean =>
  world.blocks.some(({ from, to }) => (from === one && to === other) || (from === other && to === one));

const isFollower = (world: World, follower: string | null, followee: string): boolean =>
  world.follows.some(({ from, to }) => from === follower && to === followee);

const areFriends = (world: World, one: string | null, other: string): boolean =>
  world.friendships.some(({ from, to }) => (from === one && to === other) || (from === other && to === one));

/** Whether a viewer (null: somebody without a session) may see the profile of an account. */
export function oracleSeesAccount(world: World, viewer: string | null, id: string): boolean {
  if (!account(world, id)) return false;
  if (viewer === id) return true;
  if (!isActive(world, id)) return false;
  return viewer === null || !eitherBlocks(world, viewer, id);
}

/** Whether a viewer is in the audience of something an author made, leaving its state aside. */
export function oracleIsInAudience(
  world: World,
  viewer: string | null,
  authorId: string,
  visibility: WorldPost['visibility'],
): boolean {
  if (viewer === authorId) return true;
  switch (visibility) {
    case 'public':
      return account(world, authorId)?.isPrivate ? isFollower(world, viewer, authorId) : true;
    case 'followers':
      return isFollower(world, viewer, authorId);
    case 'friends':
      return areFriends(world, viewer, authorId);
    case 'private':
      return false;
  }
}

/** Whether a viewer may see a post. */
export function oracleSeesPost(world: World, viewer: string | null, id: string): boolean {
  const item = post(world, id);
  if (!item || item.status === 'deleted' || !account(world, item.authorId)) return false;
  // A wrapper shows no more than its content allows, to its own author neither.
  if (item.repostOfId !== null && !oracleSeesPost(world, viewer, item.repostOfId)) return false;
  if (viewer === item.authorId) return true;
  if (item.status !== 'published') return false;
  if (item.expiresAt !== null && item.expiresAt <= world.now) return false;
  return (
    oracleSeesAccount(world, viewer, item.authorId) &&
    oracleIsInAudience(world, viewer, item.authorId, item.visibility)
  );
}

/** Whether a viewer may see a comment: it is for whom its post is for. */
export function oracleSeesComment(world: World, viewer: string | null, id: string): boolean {
  const item = world.comments.find((candidate) => candidate.id === id);
  if (!item || item.status === 'deleted') return false;
  if (!oracleSeesPost(world, viewer, item.postId)) return false;
  if (viewer === item.authorId) return true;
  return item.status === 'published' && oracleSeesAccount(world, viewer, item.authorId);
}

const isLive = (world: World, item: WorldPost): boolean => {
  if (item.status !== 'published') return false;
  if (item.expiresAt !== null && item.expiresAt <= world.now) return false;
  if (item.repostOfId === null) return true;
  const original = post(world, item.repostOfId);
  return original !== undefined && isLive(world, original);
};

/** Whether an account may comment on a post: it sees it, the post is live, and its author lets it. */
export function oracleMayComment(world: World, viewer: string, id: string): boolean {
  const item = post(world, id);
  if (!item || !oracleSeesPost(world, viewer, id) || !isLive(world, item)) return false;
  if (viewer === item.authorId) return true;
  switch (item.commentPolicy) {
    case 'everyone':
      return true;
    case 'followers':
      return isFollower(world, viewer, item.authorId);
    case 'following':
      return isFollower(world, item.authorId, viewer);
    case 'mentioned':
      return item.mentions.includes(viewer);
    case 'nobody':
      return false;
  }
}

/** Whether an account may repost or quote a post: only public posts of public accounts, but for one's own. */
export function oracleMayShare(world: World, viewer: string, id: string): boolean {
  const item = post(world, id);
  if (!item || !oracleSeesPost(world, viewer, id) || !isLive(world, item)) return false;
  if (item.visibility !== 'public') return false;
  return viewer === item.authorId || !account(world, item.authorId)?.isPrivate;
}

const mutes = (world: World, viewer: string | null, id: string, scope: 'all' | 'reposts'): boolean =>
  world.mutes.some(
    (mute) =>
      mute.from === viewer &&
      mute.to === id &&
      mute.scope === scope &&
      (mute.expiresAt === null || mute.expiresAt > world.now),
  );

/** Whether a viewer has muted an account. */
export const oracleMutes = (world: World, viewer: string | null, id: string): boolean =>
  mutes(world, viewer, id, 'all');

/** Which requests wait between a viewer and an account, by name. */
export const oracleRequests = (world: World, viewer: string | null, id: string): readonly string[] => {
  const asked = (edges: World['followRequests'], from: string | null, to: string | null) =>
    edges.some((edge) => edge.from === from && edge.to === to);
  return [
    ...(asked(world.followRequests, viewer, id) ? ['requested'] : []),
    ...(asked(world.followRequests, id, viewer) ? ['requestedBy'] : []),
    ...(asked(world.friendRequests, viewer, id) ? ['friendRequested'] : []),
    ...(asked(world.friendRequests, id, viewer) ? ['friendRequestedBy'] : []),
  ];
};

/** Whether a viewer wants no reposts by an account: said by a mute, or when following it. */
export const oracleHidesReposts = (world: World, viewer: string | null, id: string): boolean =>
  mutes(world, viewer, id, 'reposts') ||
  world.follows.some(({ from, to, hideReposts }) => from === viewer && to === id && hideReposts);
