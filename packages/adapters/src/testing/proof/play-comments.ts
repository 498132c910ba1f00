import { acts, mayComment, mayTouchComment, mayTouchPost } from './oracle-writes.js';
import { drop } from './plain-world.js';
import { someText, verdictOf } from './play-posts.js';
import type { Move } from './player.js';

const comment: Move = async (player) => {
  const { kit, world, dice } = player;
  const authorId = dice.pick(world.accounts).id;
  const post = dice.some(world.posts);
  if (!post) return;
  const postId = post.repostOfId ?? post.id;
  const parent = dice.chance(0.6)
    ? dice.some(world.comments.filter((other) => other.postId === postId))
    : null;
  const text = someText(player);
  const said = await player.attempt(parent ? 'reply' : 'comment', () =>
    kit.comments.create(player.as(authorId), {
      postId: post.id,
      text,
      ...(parent ? { parentId: parent.id } : {}),
    }),
  );
  const about = { authorId, postId: post.id, parentId: parent?.id };
  player.judge('comment', said, mayComment(world, authorId, post.id, parent?.id ?? null), about);
  if (!said) return;
  const { held, label } = verdictOf(text);
  world.comments.push({
    id: said.id,
    postId,
    parentId: parent?.id ?? null,
    authorId,
    status: held ? 'under_review' : 'published',
    text,
    label,
    hidden: false,
    edited: false,
  });
};

const edit: Move = async (player) => {
  const { kit, world, dice } = player;
  const item = dice.some(world.comments);
  if (!item) return;
  const text = someText(player);
  const said = await player.attempt('editComment', () =>
    kit.comments.edit(player.as(item.authorId), { commentId: item.id, text }),
  );
  if (!said || text === item.text) return;
  const { held, label } = verdictOf(text);
  Object.assign(item, { text, label, edited: true });
  if (held && item.status === 'published') item.status = 'under_review';
};

const remove: Move = async (player) => {
  const { kit, world, dice } = player;
  const item = dice.some(world.comments);
  if (!item) return;
  const post = world.posts.find(({ id }) => id === item.postId);
  const me = dice.chance(0.7) || !post ? item.authorId : post.authorId;
  const call = () => kit.comments.delete(player.as(me), { commentId: item.id });
  if (!(await player.attempt('deleteComment', call))) return;
  Object.assign(item, { status: 'deleted', text: '', label: null });
  drop(world.pinnedComments, ({ commentId }) => commentId === item.id);
};

const curate: Move = async (player) => {
  const { kit, world, dice } = player;
  const item = dice.some(world.comments);
  const post = item && world.posts.find(({ id }) => id === item.postId);
  if (!post) return;
  const me = player.as(post.authorId);
  const commentId = item.id;
  if (dice.chance(0.6)) {
    const verb = item.hidden ? 'unhide' : 'hide';
    if (await player.attempt(verb, () => kit.comments[verb](me, { commentId })))
      item.hidden = verb === 'hide';
    return;
  }
  const mine = (entry: { commentId: string }) => entry.commentId === commentId;
  const verb = world.pinnedComments.some(mine) ? 'unpin' : 'pin';
  if (!(await player.attempt(`${verb}Comment`, () => kit.comments[verb](me, { commentId })))) return;
  drop(world.pinnedComments, ({ postId }) => postId === item.postId);
  if (verb === 'pin') world.pinnedComments.push({ postId: item.postId, commentId });
};

const review: Move = async (player) => {
  const { kit, world, dice } = player;
  const item = dice.some(world.comments.filter(({ status }) => status !== 'deleted'));
  if (!item) return;
  const verb =
    item.status === 'published'
      ? 'flag'
      : item.status === 'flagged'
        ? 'restore'
        : dice.pick(['release', 'flag'] as const);
  const call = () => kit.comments[verb](kit.system, { commentId: item.id, reason: 'a report' });
  if (await player.attempt(`${verb}Comment`, call)) item.status = verb === 'flag' ? 'flagged' : 'published';
};

const react: Move = async (player) => {
  const { kit, world, dice } = player;
  const userId = dice.pick(world.accounts).id;
  const me = player.as(userId);
  const kind = dice.weighted([
    ['like', 4],
    ['love', 1],
  ] as const);
  const [item, post] = [dice.some(world.comments), dice.some(world.posts)];
  const target = dice.chance(0.4) && item ? item : post;
  if (!target) return;
  const targetKind = target === item ? ('comment' as const) : ('post' as const);
  const targetId = target === post ? (post.repostOfId ?? post.id) : target.id;
  const mine = (entry: { userId: string; targetId: string; kind: string }) =>
    entry.userId === userId && entry.targetId === targetId && entry.kind === kind;
  const again = world.reactions.some(mine) && dice.chance(0.7);
  const move = again ? 'unreact' : 'react';
  const said = await player.attempt(`${move} ${targetKind}`, () => {
    if (targetKind === 'post')
      return again
        ? kit.reactions.removeFromPost(me, { postId: target.id, kind })
        : kit.reactions.addToPost(me, { postId: target.id, kind });
    return again
      ? kit.reactions.removeFromComment(me, { commentId: target.id, kind })
      : kit.reactions.addToComment(me, { commentId: target.id, kind });
  });
  const may =
    targetKind === 'post'
      ? mayTouchPost(world, userId, target.id)
      : mayTouchComment(world, userId, target.id);
  player.judge(move, said, again ? acts(world, userId) : may, { userId, targetKind, targetId });
  if (!said?.changed) return;
  // Kinds exclude each other: another one replaces it.
  drop(world.reactions, (entry) => entry.userId === userId && entry.targetId === targetId);
  if (!again) world.reactions.push({ userId, targetKind, targetId, kind });
};

/** What happens below posts, and how often. */
export const commentMoves: readonly (readonly [Move, number])[] = [
  [comment, 10],
  [edit, 1.5],
  [remove, 1.5],
  [curate, 2],
  [review, 2],
  [react, 8],
];
