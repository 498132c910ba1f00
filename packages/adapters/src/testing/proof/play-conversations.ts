import { oracleSeesAccount } from '@socialkit/core/testing';
import { expectBringing, mayIn, memberOf, standsIn } from './oracle-conversations.js';
import { acts } from './oracle-writes.js';
import type { PlainConversation, PlainMember } from './plain-world.js';
import { type Move, type Player, twoAccounts } from './player.js';

/** Fewer than a new account may open in a day. */
const OPENED_AT_MOST = 9;
const MINUTE_MS = 60_000;

const opened = ({ world }: Player, userId: string): number =>
  world.conversations.filter(({ createdBy }) => createdBy === userId).length;

/** Takes the mark "unread" away. */
function unmark({ marks }: Player['world'], { id }: PlainConversation, userId: string): void {
  const mark = marks.find((held) => held.userId === userId && held.conversationId === id);
  if (mark) mark.marked = false;
}

/** Moves an account into a state, as the prose says. */
export function enter(
  { world }: Player,
  conversation: PlainConversation,
  userId: string,
  state: PlainMember['state'],
  more: {
    readonly role?: PlainMember['role'];
    readonly invitedBy?: string;
    readonly joinedSeq?: number;
  } = {},
): void {
  let member = memberOf(conversation, userId);
  if (!member) {
    member = {
      userId,
      role: 'member',
      state,
      since: world.now,
      joinedAt: 0,
      invitedBy: null,
      joinedSeq: 0,
      readSeq: 0,
      clearedSeq: 0,
      archived: false,
      pinned: false,
      mutedUntil: null,
      notify: 'all',
    };
    conversation.members.push(member);
  }
  member.role = more.role ?? 'member';
  member.state = state;
  member.since = world.now;
  if (more.invitedBy !== undefined) member.invitedBy = more.invitedBy;
  if (state !== 'active') return;
  member.joinedAt = world.now;
  member.joinedSeq = more.joinedSeq ?? conversation.lastSeq;
  if (member.joinedSeq > member.readSeq) unmark(world, conversation, userId);
  member.readSeq = Math.max(member.readSeq, member.joinedSeq);
}

const blank = (
  { world }: Player,
  made: Pick<PlainConversation, 'id' | 'kind' | 'createdBy'>,
): PlainConversation => ({
  title: null,
  description: null,
  history: 'all',
  whoSends: 'members',
  whoInvites: 'members',
  whoEdits: 'admins',
  slowModeSeconds: 0,
  createdAt: world.now,
  lastSeq: 0,
  lastMessageAt: null,
  deleted: false,
  members: [],
  links: [],
  ...made,
});

const openDirect: Move = async (player) => {
  const { kit, world } = player;
  const [from, to] = twoAccounts(player) ?? [];
  if (!from || !to) return;
  const held = world.conversations.find(
    (conversation) =>
      conversation.kind === 'direct' && memberOf(conversation, from) && memberOf(conversation, to),
  );
  if (!held && opened(player, from) >= OPENED_AT_MOST) return;
  const said = await player.attempt('openDirect', () =>
    kit.conversations.openDirect(player.as(from), { userId: to }),
  );
  player.judge('openDirect', said, acts(world, from) && oracleSeesAccount(world, from, to), { from, to });
  if (!said) return;
  if (held) {
    const mine = memberOf(held, from)?.state;
    if (mine === 'requested' || mine === 'declined') enter(player, held, from, 'active', { joinedSeq: 0 });
    return;
  }
  const conversation = blank(player, { id: said.id, kind: 'direct', createdBy: from });
  world.conversations.push(conversation);
  const welcome =
    world.follows.some((edge) => edge.from === to && edge.to === from) ||
    world.friendships.some(
      (edge) => (edge.from === to && edge.to === from) || (edge.from === from && edge.to === to),
    );
  enter(player, conversation, from, 'active', { joinedSeq: 0 });
  enter(player, conversation, to, welcome ? 'active' : 'requested', { joinedSeq: 0 });
};

/** Brings accounts in as the oracle says, and holds what the service said against it. */
function bring(
  player: Player,
  conversation: PlainConversation,
  me: string,
  userIds: readonly string[],
  how: 'add' | 'invite' | 'either',
  said: readonly { readonly userId: string; readonly outcome: string }[] | null,
): void {
  const outcomes = userIds.map((userId) => ({
    userId,
    outcome: expectBringing(player.world, me, conversation, userId, how),
  }));
  if (said && JSON.stringify(said) !== JSON.stringify(outcomes))
    throw new Error(`${how} said ${JSON.stringify(said)} instead of ${JSON.stringify(outcomes)}`);
  for (const { userId, outcome } of outcomes) {
    if (outcome === 'added') enter(player, conversation, userId, 'active', { invitedBy: me });
    if (outcome === 'invited') enter(player, conversation, userId, 'invited', { invitedBy: me });
  }
}

const createGroup: Move = async (player) => {
  const { kit, world, dice } = player;
  const me = dice.pick(world.accounts).id;
  if (opened(player, me) >= OPENED_AT_MOST) return;
  const userIds = world.accounts.map(({ id }) => id).filter((id) => id !== me && dice.chance(0.5));
  const title = `group ${dice.below(100)}`;
  const history = dice.pick(['all', 'joined'] as const);
  const said = await player.attempt('createGroup', () =>
    kit.conversations.createGroup(player.as(me), { title, userIds, settings: { history } }),
  );
  player.judge('createGroup', said, acts(world, me), { me });
  if (!said) return;
  const conversation = { ...blank(player, { id: said.id, kind: 'group', createdBy: me }), title, history };
  world.conversations.push(conversation);
  enter(player, conversation, me, 'active', { role: 'owner' });
  bring(player, conversation, me, userIds, 'either', null);
};

/** A group that is not deleted, and one of the accounts: most often one that takes part. */
export function somebodyIn(player: Player): readonly [PlainConversation, string] | null {
  const { world, dice } = player;
  const conversation = dice.some(
    world.conversations.filter(({ kind, deleted }) => kind === 'group' && !deleted),
  );
  if (!conversation) return null;
  const inside = conversation.members.filter(({ state }) => state === 'active').map(({ userId }) => userId);
  const high = conversation.members
    .filter(({ state, role }) => state === 'active' && role !== 'member')
    .map(({ userId }) => userId);
  const everybody = world.accounts.map(({ id }) => id);
  return [conversation, dice.pick(dice.chance(0.2) ? everybody : dice.chance(0.5) ? inside : high)];
}

const bringMore: Move = async (player) => {
  const { kit, world, dice } = player;
  const [conversation, me] = somebodyIn(player) ?? [];
  if (!conversation || !me) return;
  const userIds = world.accounts.map(({ id }) => id).filter(() => dice.chance(0.4));
  if (userIds.length === 0) return;
  const how = dice.pick(['add', 'invite'] as const);
  const input = { conversationId: conversation.id, userIds };
  const said = await player.attempt(how === 'add' ? 'addMember' : 'invite', () =>
    kit.conversations[how](player.as(me), input),
  );
  player.judge(how, said, mayIn(world, me, conversation, 'invite'), { me, ...input });
  if (said) bring(player, conversation, me, userIds, how, said.items);
};

const answer: Move = async (player) => {
  const { kit, world, dice } = player;
  const waiting = world.conversations.flatMap((conversation) =>
    conversation.members
      .filter(({ state }) => state === 'invited' || state === 'requested')
      .map(({ userId }) => [conversation, userId] as const),
  );
  const [conversation, me] = dice.some(waiting) ?? [];
  if (!conversation || !me) return;
  const verb = dice.chance(0.7) ? 'accept' : 'decline';
  const said = await player.attempt(verb === 'accept' ? 'acceptInvitation' : 'declineInvitation', () =>
    kit.conversations[verb](player.as(me), { conversationId: conversation.id }),
  );
  const state = standsIn(world, me, conversation);
  const may = state !== null && (verb === 'decline' || acts(world, me));
  player.judge(verb, said, may, { me, conversationId: conversation.id });
  if (!said) return;
  if (verb === 'decline') enter(player, conversation, me, 'declined');
  else enter(player, conversation, me, 'active', state === 'requested' ? { joinedSeq: 0 } : {});
};

const uninvite: Move = async (player) => {
  const { kit, world, dice } = player;
  const [conversation, me] = somebodyIn(player) ?? [];
  const target = conversation && dice.some(conversation.members.filter(({ state }) => state === 'invited'));
  if (!conversation || !me || !target) return;
  const { userId } = target;
  const said = await player.attempt('uninvite', () =>
    kit.conversations.uninvite(player.as(me), { conversationId: conversation.id, userId }),
  );
  const own = standsIn(world, me, conversation) === 'active' && target.invitedBy === me && acts(world, me);
  player.judge('uninvite', said, own || mayIn(world, me, conversation, 'remove'), { me, userId });
  if (said) enter(player, conversation, userId, 'removed');
};

const prefer: Move = async (player) => {
  const { kit, world, dice } = player;
  const conversation = dice.some(world.conversations);
  if (!conversation) return;
  const { id: conversationId } = conversation;
  const me = dice.chance(0.9) ? dice.pick(conversation.members).userId : dice.pick(world.accounts).id;
  const member = memberOf(conversation, me);
  const may = standsIn(world, me, conversation) === 'active';
  if (dice.chance(0.15)) {
    const said = await player.attempt('clear', () =>
      kit.conversations.clear(player.as(me), { conversationId }),
    );
    player.judge('clear', said, may, { me, conversationId });
    if (!said || !member) return;
    member.clearedSeq = conversation.lastSeq;
    unmark(world, conversation, me);
    member.readSeq = Math.max(member.readSeq, member.clearedSeq);
    return;
  }
  const change = dice.pick([
    { archived: dice.chance(0.6) },
    { pinned: dice.chance(0.6) },
    { mutedUntil: dice.chance(0.3) ? null : world.now + dice.below(30) * MINUTE_MS },
    { notify: dice.pick(['all', 'mentions', 'none'] as const) },
  ]);
  const said = await player.attempt('prefer', () =>
    kit.conversations.prefer(player.as(me), { conversationId, ...change }),
  );
  player.judge('prefer', said, may, { me, conversationId });
  if (!said || !member) return;
  Object.assign(member, change);
  if ('archived' in change && change.archived) member.pinned = false;
};

/** What happens in conversations, and how often. */
export const conversationMoves: readonly (readonly [Move, number])[] = [
  [openDirect, 3],
  [createGroup, 1.5],
  [bringMore, 1.5],
  [answer, 3],
  [uninvite, 0.4],
  [prefer, 2.5],
];
