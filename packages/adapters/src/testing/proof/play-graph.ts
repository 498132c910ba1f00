import { mayApproach } from './oracle-writes.js';
import { drop } from './plain-world.js';
import { type Move, type Player, twoAccounts } from './player.js';

const MINUTE_MS = 60_000;

const isEdge = (from: string, to: string) => (edge: { from: string; to: string }) =>
  edge.from === from && edge.to === to;
const touches = (a: string, b: string) => (edge: { from: string; to: string }) =>
  isEdge(a, b)(edge) || isEdge(b, a)(edge);

function beginFollow({ world }: Player, from: string, to: string, hideReposts: boolean): void {
  if (!world.follows.some(isEdge(from, to))) world.follows.push({ from, to, hideReposts });
}

/** A follow request turns into a follow, with the option it was made with. */
export function grantRequest(player: Player, from: string, to: string): boolean {
  const request = player.world.followRequests.find(isEdge(from, to));
  if (!request) return false;
  drop(player.world.followRequests, isEdge(from, to));
  beginFollow(player, from, to, request.hideReposts);
  return true;
}

const follow: Move = async (player) => {
  const { kit, world, dice } = player;
  const [from, to] = twoAccounts(player) ?? [];
  if (!from || !to) return;
  const hide = dice.chance(0.2) ? dice.chance(0.7) : undefined;
  const input = { userId: to, ...(hide === undefined ? {} : { hideReposts: hide }) };
  const said = await player.attempt('follow', () => kit.graph.follow(player.as(from), input));
  player.judge('follow', said, mayApproach(world, from, to), { from, to });
  if (!said) return;
  const request = world.followRequests.find(isEdge(from, to));
  if (said.status === 'following') {
    const held = world.follows.find(isEdge(from, to));
    if (held) held.hideReposts = hide ?? held.hideReposts;
    else beginFollow(player, from, to, hide ?? request?.hideReposts ?? false);
    drop(world.followRequests, isEdge(from, to));
  } else if (request) request.hideReposts = hide ?? request.hideReposts;
  else world.followRequests.push({ from, to, hideReposts: hide ?? false });
};

const unfollow: Move = async (player) => {
  const { kit, world, dice } = player;
  const edge = dice.some(world.follows);
  if (!edge) return;
  const { from, to } = edge;
  if (dice.chance(0.5)) {
    if (await player.attempt('unfollow', () => kit.graph.unfollow(player.as(from), { userId: to }))) {
      drop(world.follows, isEdge(from, to));
      drop(world.followRequests, isEdge(from, to));
    }
  } else if (
    await player.attempt('removeFollower', () => kit.graph.removeFollower(player.as(to), { userId: from }))
  )
    drop(world.follows, isEdge(from, to));
};

const answerRequest: Move = async (player) => {
  const { kit, world, dice } = player;
  const request = dice.some(world.followRequests);
  if (!request) return;
  const { from, to } = request;
  const answer = dice.weighted([
    ['acceptRequest', 5],
    ['rejectRequest', 1],
    ['cancelRequest', 1],
  ] as const);
  const [me, userId] = answer === 'cancelRequest' ? [from, to] : [to, from];
  const said = await player.attempt(answer, () => kit.graph[answer](player.as(me), { userId }));
  if (!said?.changed) return;
  if (answer === 'acceptRequest') grantRequest(player, from, to);
  else drop(world.followRequests, isEdge(from, to));
};

const befriend: Move = async (player) => {
  const { kit, world, dice } = player;
  const waiting = dice.chance(0.6) ? dice.some(world.friendRequests) : null;
  if (waiting) {
    const { from, to } = waiting;
    const answer = dice.weighted([
      ['acceptFriend', 6],
      ['declineFriend', 1],
      ['cancelFriendRequest', 1],
      ['requestFriend', 2],
    ] as const);
    const [me, userId] = answer === 'cancelFriendRequest' ? [from, to] : [to, from];
    const said = await player.attempt(answer, () => kit.graph[answer](player.as(me), { userId }));
    if (!said?.changed) return;
    drop(world.friendRequests, isEdge(from, to));
    if (said.status !== 'friends') return;
    world.friendships.push({ from: to, to: from });
    for (const [a, b] of [
      [to, from],
      [from, to],
    ] as const)
      if (!grantRequest(player, a, b)) beginFollow(player, a, b, false);
    return;
  }
  const [from, to] = twoAccounts(player) ?? [];
  if (!from || !to || world.friendRequests.some(touches(from, to))) return;
  const said = await player.attempt('askFriend', () =>
    kit.graph.requestFriend(player.as(from), { userId: to }),
  );
  player.judge('askFriend', said, mayApproach(world, from, to), { from, to });
  if (said?.status === 'requested' && said.changed) world.friendRequests.push({ from, to });
};

const unfriend: Move = async (player) => {
  const { kit, world, dice } = player;
  const pair = dice.some(world.friendships);
  if (!pair) return;
  const { from, to } = pair;
  if (await player.attempt('removeFriend', () => kit.graph.removeFriend(player.as(from), { userId: to })))
    drop(world.friendships, touches(from, to));
};

const block: Move = async (player) => {
  const { kit, world, dice } = player;
  const held = dice.some(world.blocks);
  if (held && dice.chance(0.3)) {
    const { from, to } = held;
    if (await player.attempt('unblock', () => kit.graph.unblock(player.as(from), { userId: to })))
      drop(world.blocks, isEdge(from, to));
    return;
  }
  const [from, to] = twoAccounts(player) ?? [];
  if (!from || !to) return;
  const said = await player.attempt('block', () => kit.graph.block(player.as(from), { userId: to }));
  if (!said?.changed) return;
  world.blocks.push({ from, to });
  for (const edges of [world.follows, world.followRequests, world.friendRequests, world.friendships])
    drop(edges as { from: string; to: string }[], touches(from, to));
};

const expiry = ({ dice, world }: Player): number | null =>
  dice.chance(0.5) ? null : world.now + (1 + dice.below(60)) * MINUTE_MS;
const isOver = (world: { readonly now: number }) => (entry: { readonly expiresAt: number | null }) =>
  entry.expiresAt !== null && entry.expiresAt <= world.now;

const mute: Move = async (player) => {
  const { kit, world, dice } = player;
  const held = dice.some(world.mutes);
  if (held && dice.chance(0.25)) {
    const { from, to, scope } = held;
    if (await player.attempt('unmute', () => kit.graph.unmute(player.as(from), { userId: to, scope })))
      drop(world.mutes, (entry) => isEdge(from, to)(entry) && entry.scope === scope);
    return;
  }
  const [from, to] = twoAccounts(player) ?? [];
  if (!from || !to) return;
  const scope = dice.pick(['all', 'reposts'] as const);
  const expiresAt = expiry(player);
  const call = { userId: to, scope, expiresAt };
  const said = await player.attempt('mute', () => kit.graph.mute(player.as(from), call));
  player.judge('mute', said, mayApproach(world, from, to), { from, to });
  if (!said) return;
  drop(world.mutes, (entry) => entry.from === from && isOver(world)(entry));
  const same = world.mutes.find((entry) => isEdge(from, to)(entry) && entry.scope === scope);
  if (same) same.expiresAt = expiresAt;
  else world.mutes.push({ from, to, scope, expiresAt });
};

/** Words of the played texts that may be muted. */
export const MUTABLE_WORDS = ['rain', 'sun'] as const;

const muteTopic: Move = async (player) => {
  const { kit, world, dice } = player;
  const userId = dice.pick(world.accounts).id;
  const expiresAt = expiry(player);
  const me = player.as(userId);
  const forget = <T extends { userId: string; expiresAt: number | null }>(list: T[]) =>
    drop(list, (entry) => entry.userId === userId && isOver(world)(entry));
  if (dice.chance(0.5)) {
    const word = dice.pick(MUTABLE_WORDS);
    const held = world.mutedWords.find((entry) => entry.userId === userId && entry.word === word);
    if (held && dice.chance(0.4)) {
      if (await player.attempt('unmuteWord', () => kit.graph.unmuteWord(me, { word })))
        drop(world.mutedWords, (entry) => entry === held);
      return;
    }
    if (!(await player.attempt('muteWord', () => kit.graph.muteWord(me, { word, expiresAt })))) return;
    forget(world.mutedWords);
    forget(world.mutedThreads);
    const same = world.mutedWords.find((entry) => entry.userId === userId && entry.word === word);
    if (same) same.expiresAt = expiresAt;
    else world.mutedWords.push({ userId, word, expiresAt });
    return;
  }
  const postId = dice.some(world.posts)?.id;
  if (!postId) return;
  const held = world.mutedThreads.find((entry) => entry.userId === userId && entry.postId === postId);
  if (held && dice.chance(0.4)) {
    if (await player.attempt('unmuteThread', () => kit.graph.unmuteThread(me, { postId })))
      drop(world.mutedThreads, (entry) => entry === held);
    return;
  }
  if (!(await player.attempt('muteThread', () => kit.graph.muteThread(me, { postId, expiresAt })))) return;
  forget(world.mutedWords);
  forget(world.mutedThreads);
  const same = world.mutedThreads.find((entry) => entry.userId === userId && entry.postId === postId);
  if (same) same.expiresAt = expiresAt;
  else world.mutedThreads.push({ userId, postId, expiresAt });
};

const followTag: Move = async (player) => {
  const { kit, world, dice } = player;
  const userId = dice.pick(world.accounts).id;
  const tag = dice.pick(['sun', 'moon']);
  const mine = (entry: { userId: string; tag: string }) => entry.userId === userId && entry.tag === tag;
  const verb = world.followedTags.some(mine) ? 'unfollowHashtag' : 'followHashtag';
  if (!(await player.attempt(verb, () => kit.graph[verb](player.as(userId), { tag })))) return;
  if (verb === 'followHashtag') world.followedTags.push({ userId, tag });
  else drop(world.followedTags, mine);
};

/** What happens between accounts, and how often. */
export const graphMoves: readonly (readonly [Move, number])[] = [
  [follow, 12],
  [unfollow, 1.5],
  [answerRequest, 4],
  [befriend, 6],
  [unfriend, 0.5],
  [block, 1.5],
  [mute, 2],
  [muteTopic, 2],
  [followTag, 1.5],
];
