import { acts, mayShare, mayTouchPost, mayVote } from './oracle-writes.js';
import { drop } from './plain-world.js';
import type { Move } from './player.js';
import { erase, newPost, publishNow } from './post-changes.js';

const share: Move = async (player) => {
  const { kit, world, dice } = player;
  const post = dice.some(world.posts);
  const userId = dice.pick(world.accounts).id;
  if (!post) return;
  const originalId = post.repostOfId ?? post.id;
  const mine = world.posts.find(
    (other) => other.authorId === userId && other.repostOfId === originalId && other.status !== 'deleted',
  );
  if (mine && dice.chance(0.7)) {
    const undo = () => kit.posts.undoRepost(player.as(userId), { postId: post.id });
    if (await player.attempt('undoRepost', undo)) erase(world, mine);
    return;
  }
  const said = await player.attempt('repost', () => kit.posts.repost(player.as(userId), { postId: post.id }));
  player.judge('repost', said, mayShare(world, userId, post.id), { userId, postId: post.id });
  if (said?.changed && said.repostId)
    world.posts.push({ ...newPost(said.repostId, userId, world.now), repostOfId: originalId });
};

const vote: Move = async (player) => {
  const { kit, world, dice } = player;
  const post = dice.some(world.posts.filter(({ poll }) => poll !== null));
  const userId = dice.pick(world.accounts).id;
  if (!post?.poll) return;
  const options = post.poll.multiple && dice.chance(0.5) ? [0, 1] : [dice.below(2)];
  const said = await player.attempt('vote', () =>
    kit.posts.vote(player.as(userId), { postId: post.id, options }),
  );
  player.judge('vote', said, mayVote(world, userId, post.id, options), { userId, postId: post.id });
  if (said && !post.poll.ballots.some((ballot) => ballot.userId === userId))
    post.poll.ballots.push({ userId, options });
};

const dropBookmark: Move = async (player) => {
  const { kit, world, dice } = player;
  const entry = dice.some(world.bookmarks);
  if (!entry) return;
  const { userId, postId } = entry;
  const said = await player.attempt('unbookmark', () => kit.posts.unbookmark(player.as(userId), { postId }));
  // What one keeps is one's own to drop, whatever became of it.
  player.judge('unbookmark', said, acts(world, userId), { userId, postId });
  if (said) drop(world.bookmarks, (other) => other === entry);
};

const bookmark: Move = async (player) => {
  const { kit, world, dice } = player;
  const post = dice.some(world.posts);
  const userId = dice.pick(world.accounts).id;
  if (!post) return;
  const said = await player.attempt('bookmark', () =>
    kit.posts.bookmark(player.as(userId), { postId: post.id }),
  );
  player.judge('bookmark', said, mayTouchPost(world, userId, post.id), { userId, postId: post.id });
  if (said?.changed) world.bookmarks.push({ id: '0', userId, postId: post.repostOfId ?? post.id });
};

const pin: Move = async (player) => {
  const { kit, world, dice } = player;
  const post = dice.some(world.posts);
  if (!post) return;
  const mine = ({ postId }: { postId: string }) => postId === post.id;
  const verb = world.pins.some(mine) ? 'unpin' : 'pin';
  const said = await player.attempt(verb, () =>
    kit.posts[verb](player.as(post.authorId), { postId: post.id }),
  );
  if (!said?.changed) return;
  if (verb === 'pin') world.pins.push({ userId: post.authorId, postId: post.id });
  else drop(world.pins, mine);
};

const review: Move = async (player) => {
  const { kit, world, dice } = player;
  const post = dice.some(world.posts.filter(({ status }) => status !== 'deleted'));
  if (!post) return;
  const postId = post.id;
  if (post.status === 'published' || (post.status === 'under_review' && dice.chance(0.3))) {
    const said = await player.attempt('flag', () =>
      kit.posts.flag(kit.system, { postId, reason: 'a report' }),
    );
    if (said) post.status = 'flagged';
    return;
  }
  if (post.status !== 'flagged' && post.status !== 'under_review') return;
  // Its author sees it and its revision, unless it is a wrapper of something he does not see.
  const seen = await player.attempt('look', () => kit.posts.get(player.as(post.authorId), { postId }));
  if (!seen) return;
  const verb = post.status === 'flagged' ? 'restore' : 'release';
  const said = await player.attempt(verb, () =>
    kit.posts[verb](kit.system, { postId, revision: seen.revision }),
  );
  if (said) publishNow(world, post);
};

/** What people and staff do with posts, and how often. */
export const engagementMoves: readonly (readonly [Move, number])[] = [
  [share, 7],
  [vote, 3],
  [bookmark, 3],
  [dropBookmark, 0.5],
  [pin, 2],
  [review, 3],
];
