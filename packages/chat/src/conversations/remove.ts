import { type Actor, accountOf, forbidden, type Id, notFound, requireActive } from '@socialkit/core';
import { announced } from './announce.js';
import { type Capability, outranks } from './capabilities.js';
import { lockStanding, requireCapability, requireGroup } from './standing.js';
import type { ConversationWriteDeps } from './unit.js';

interface RemovalInput {
  readonly conversationId: Id;
  readonly userId: Id;
}
type Changed = Promise<{ readonly changed: boolean }>;

const outranked = () => forbidden('member.outranked', 'nobody acts on an equal or higher role');

/** Locks the group and finds the member that somebody with the capability acts on. */
const target = async (
  stores: Parameters<typeof lockStanding>[0],
  actor: Actor,
  { conversationId, userId }: RemovalInput,
  capability: Capability,
) => {
  const me = accountOf(actor);
  const standing = await lockStanding(stores, me, conversationId);
  requireGroup(standing);
  requireActive(standing.self);
  requireCapability(standing, capability);
  const member = (await stores.members.of(conversationId, [userId])).get(userId);
  if (member?.state === 'active' && !outranks(standing.member.role, member.role)) throw outranked();
  return member;
};

/**
 * Takes a member out of a group; he may be invited again.
 *
 * @returns `changed: false` for who takes no part
 * @throws conversation.not_found, conversation.not_a_group (conflict), conversation.not_allowed (forbidden),
 * member.outranked (forbidden) for an equal or higher role
 */
export const remove = (deps: ConversationWriteDeps, actor: Actor, input: RemovalInput): Changed =>
  announced(deps, async (stores, say) => {
    const { conversationId, userId } = input;
    const now = deps.runtime.clock.now();
    const member = await target(stores, actor, input, 'remove');
    if (member?.state !== 'active') return { changed: false };
    await stores.members.move(conversationId, [{ userId, state: 'removed' }], now);
    await say.inConversation(conversationId, [{ type: 'member.removed', by: userId, data: { userId } }], now);
    await stores.outbox.append({ type: 'member.removed', actor, payload: { conversationId, userId } });
    await say.toAccounts([{ userId, type: 'conversation.left', data: { conversationId } }]);
    say.accessChanged([userId]);
    return { changed: true };
  });

/**
 * Keeps an account out of a group, whether it takes part or not: it is removed, its invitation ends, links do not let it in.
 *
 * @returns `changed: false` when it is banned already
 * @throws as {@link remove}; account.not_found when there is no such account
 */
export const ban = (deps: ConversationWriteDeps, actor: Actor, input: RemovalInput): Changed =>
  announced(deps, async (stores, say) => {
    const { conversationId, userId } = input;
    const now = deps.runtime.clock.now();
    const member = await target(stores, actor, input, 'ban');
    if (member?.state === 'banned') return { changed: false };
    if (!member && !(await stores.facts.relations(null, [userId])).has(userId)) throw notFound('account');
    await stores.members.move(conversationId, [{ userId, state: 'banned' }], now);
    if (member?.state === 'active')
      await say.inConversation(
        conversationId,
        [{ type: 'member.removed', by: userId, data: { userId } }],
        now,
      );
    await stores.outbox.append({ type: 'member.banned', actor, payload: { conversationId, userId } });
    if (member?.state === 'active' || member?.state === 'invited')
      await say.toAccounts([{ userId, type: 'conversation.left', data: { conversationId } }]);
    say.accessChanged([userId]);
    return { changed: true };
  });

/**
 * Ends a ban: the account may be invited and may use links again.
 *
 * @returns `changed: false` when it is not banned
 * @throws conversation.not_found, conversation.not_a_group (conflict), conversation.not_allowed (forbidden)
 */
export const unban = (deps: ConversationWriteDeps, actor: Actor, input: RemovalInput): Changed =>
  announced(deps, async (stores) => {
    const { conversationId, userId } = input;
    const member = await target(stores, actor, input, 'ban');
    if (member?.state !== 'banned') return { changed: false };
    await stores.members.move(conversationId, [{ userId, state: 'removed' }], deps.runtime.clock.now());
    await stores.outbox.append({ type: 'member.unbanned', actor, payload: { conversationId, userId } });
    return { changed: true };
  });

/**
 * Takes back an invitation: whoever made it, and admins.
 *
 * @returns `changed: false` when none waits
 * @throws conversation.not_found, conversation.not_a_group (conflict), conversation.not_allowed (forbidden)
 */
export const uninvite = (deps: ConversationWriteDeps, actor: Actor, input: RemovalInput): Changed =>
  announced(deps, async (stores, say) => {
    const { conversationId, userId } = input;
    const me = accountOf(actor);
    const standing = await lockStanding(stores, me, conversationId);
    requireGroup(standing);
    requireActive(standing.self);
    const member = (await stores.members.of(conversationId, [userId])).get(userId);
    if (standing.member.state !== 'active' || member?.invitedBy !== me) requireCapability(standing, 'remove');
    if (member?.state !== 'invited') return { changed: false };
    await stores.members.move(conversationId, [{ userId, state: 'removed' }], deps.runtime.clock.now());
    await stores.outbox.append({ type: 'member.uninvited', actor, payload: { conversationId, userId } });
    await say.toAccounts([{ userId, type: 'conversation.left', data: { conversationId } }]);
    return { changed: true };
  });
