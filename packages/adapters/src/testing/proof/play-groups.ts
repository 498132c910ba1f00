import { expectHeir, isAbove, letsIn, mayIn, memberOf, standsIn } from './oracle-conversations.js';
import { acts } from './oracle-writes.js';
import { enter, somebodyIn } from './play-conversations.js';
import type { Move } from './player.js';

const MINUTE_MS = 60_000;

const rule: Move = async (player) => {
  const { kit, world, dice } = player;
  const [conversation, me] = somebodyIn(player) ?? [];
  if (!conversation || !me) return;
  const userId = dice.pick(world.accounts).id;
  const input = { conversationId: conversation.id, userId };
  const target = memberOf(conversation, userId);
  const here = target?.state === 'active';
  const above = isAbove(conversation, me, userId);
  const verb = dice.pick(['remove', 'ban', 'unban', 'setRole', 'transfer'] as const);
  const about = { me, ...input };
  if (verb === 'setRole') {
    const role = dice.pick(['admin', 'member'] as const);
    const said = await player.attempt('setRole', () =>
      kit.conversations.setRole(player.as(me), { ...input, role }),
    );
    player.judge(verb, said, mayIn(world, me, conversation, 'changeRoles') && here && above, about);
    if (said && target) target.role = role;
    return;
  }
  if (verb === 'transfer') {
    const said = await player.attempt('transferGroup', () =>
      kit.conversations.transfer(player.as(me), input),
    );
    player.judge(verb, said, mayIn(world, me, conversation, 'transfer') && here, about);
    const mine = memberOf(conversation, me);
    if (!said?.changed || !target || !mine) return;
    mine.role = 'admin';
    target.role = 'owner';
    return;
  }
  const said = await player.attempt(verb === 'remove' ? 'removeMember' : verb, () =>
    kit.conversations[verb](player.as(me), input),
  );
  player.judge(
    verb,
    said,
    mayIn(world, me, conversation, verb === 'remove' ? 'remove' : 'ban') && above,
    about,
  );
  const changes =
    verb === 'remove' ? here : verb === 'ban' ? target?.state !== 'banned' : target?.state === 'banned';
  if (said && changes) enter(player, conversation, userId, verb === 'ban' ? 'banned' : 'removed');
};

const leave: Move = async (player) => {
  const { kit, world } = player;
  const [conversation, me] = somebodyIn(player) ?? [];
  if (!conversation || !me) return;
  const state = standsIn(world, me, conversation);
  const said = await player.attempt('leaveGroup', () =>
    kit.conversations.leave(player.as(me), { conversationId: conversation.id }),
  );
  player.judge('leave', said, state !== null, { me, conversationId: conversation.id });
  if (!said || state !== 'active') return;
  const heir = memberOf(conversation, me)?.role === 'owner' ? expectHeir(world, conversation) : undefined;
  if (heir === null) {
    conversation.deleted = true;
    return;
  }
  enter(player, conversation, me, 'left');
  const next = heir === undefined ? undefined : memberOf(conversation, heir);
  if (next) next.role = 'owner';
};

const edit: Move = async (player) => {
  const { kit, world, dice } = player;
  const [conversation, me] = somebodyIn(player) ?? [];
  if (!conversation || !me) return;
  const { id: conversationId } = conversation;
  if (dice.chance(0.1)) {
    const said = await player.attempt('deleteGroup', () =>
      kit.conversations.delete(player.as(me), { conversationId }),
    );
    player.judge('deleteGroup', said, mayIn(world, me, conversation, 'deleteGroup'), { me, conversationId });
    if (said) conversation.deleted = true;
    return;
  }
  const profile = dice.chance(0.5);
  const change = profile
    ? { title: `title ${dice.below(100)}`, description: dice.chance(0.5) ? null : `words ${dice.below(100)}` }
    : {
        whoSends: dice.pick(['members', 'admins'] as const),
        whoInvites: dice.pick(['members', 'admins'] as const),
        whoEdits: dice.pick(['members', 'admins'] as const),
        history: dice.pick(['all', 'joined'] as const),
        slowModeSeconds: dice.below(3) * 10,
      };
  const said = await player.attempt('editGroup', () =>
    kit.conversations.edit(player.as(me), {
      conversationId,
      ...(profile ? change : { settings: change as { history: 'all' | 'joined' } }),
    }),
  );
  const capability = profile ? 'editProfile' : 'editSettings';
  player.judge('editGroup', said, mayIn(world, me, conversation, capability), { me, conversationId });
  if (said) Object.assign(conversation, change);
};

const link: Move = async (player) => {
  const { kit, world, dice } = player;
  const links = world.conversations.flatMap((conversation) =>
    conversation.links.map((held) => [conversation, held] as const),
  );
  const [from, held] = dice.some(links) ?? [];
  if (from && held && dice.chance(0.6)) {
    if (dice.chance(0.3)) {
      const able = from.members.filter(({ userId }) => mayIn(world, userId, from, 'manageLinks'));
      const me = dice.pick(able.length > 0 && dice.chance(0.6) ? able : from.members).userId;
      const said = await player.attempt('revokeLink', () =>
        kit.conversations.revokeLink(player.as(me), { conversationId: from.id, linkId: held.id }),
      );
      player.judge('revokeLink', said, mayIn(world, me, from, 'manageLinks'), { me, link: held.id });
      if (said) held.revoked = true;
      return;
    }
    const me = dice.pick(world.accounts).id;
    const state = memberOf(from, me)?.state;
    const said = await player.attempt('joinByLink', () =>
      kit.conversations.join(player.as(me), { token: held.token }),
    );
    const open = !from.deleted && acts(world, me) && state !== 'banned';
    player.judge('joinByLink', said, open && (state === 'active' || letsIn(world, held)), {
      me,
      link: held.id,
    });
    if (!said || state === 'active') return;
    held.uses++;
    enter(player, from, me, 'active', { invitedBy: held.createdBy });
    return;
  }
  const [conversation, me] = somebodyIn(player) ?? [];
  if (!conversation || !me) return;
  const expiresAt = dice.chance(0.5) ? null : world.now + (1 + dice.below(60)) * MINUTE_MS;
  const maxUses = dice.chance(0.5) ? null : 1 + dice.below(2);
  const said = await player.attempt('createLink', () =>
    kit.conversations.createLink(player.as(me), { conversationId: conversation.id, expiresAt, maxUses }),
  );
  player.judge('createLink', said, mayIn(world, me, conversation, 'manageLinks'), { me });
  if (!said) return;
  const { id, token } = said;
  const [createdBy, createdAt] = [me, world.now];
  conversation.links.push({ id, token, createdBy, createdAt, expiresAt, maxUses, uses: 0, revoked: false });
};

/** What happens in groups to those who are in, and how often. */
export const groupMoves: readonly (readonly [Move, number])[] = [
  [rule, 3],
  [leave, 0.6],
  [edit, 2],
  [link, 2],
];
