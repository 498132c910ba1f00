import { type Actor, accountOf, conflict, type Id, notFound, requireActive } from '@socialkit/core';
import { announced } from './announce.js';
import { outranks } from './capabilities.js';
import { crown, giveRole } from './leave.js';
import { lockStanding, requireCapability, requireGroup } from './standing.js';
import type { MemberRole } from './types.js';
import type { ConversationWriteDeps } from './unit.js';

interface RoleInput {
  readonly conversationId: Id;
  readonly userId: Id;
}

/**
 * Makes a member an admin, or an admin a member.
 *
 * @returns whether that changed anything
 * @throws conversation.not_found, conversation.not_a_group (conflict), conversation.not_allowed (forbidden),
 * member.not_found for who takes no part, member.outranked (conflict) for the owner
 */
export const setRole = (
  deps: ConversationWriteDeps,
  actor: Actor,
  { conversationId, userId, role }: RoleInput & { readonly role: Exclude<MemberRole, 'owner'> },
): Promise<{ readonly changed: boolean }> =>
  announced(deps, async (stores, say) => {
    const now = deps.runtime.clock.now();
    const standing = await lockStanding(stores, accountOf(actor), conversationId);
    requireGroup(standing);
    requireActive(standing.self);
    requireCapability(standing, 'changeRoles');
    const target = (await stores.members.of(conversationId, [userId])).get(userId);
    if (target?.state !== 'active') throw notFound('member');
    if (!outranks(standing.member.role, target.role))
      throw conflict('member.outranked', 'the owner has the highest role: transfer the group instead');
    if (target.role === role) return { changed: false };
    await giveRole(stores, say, { actor, conversationId, userId, from: target.role, to: role, now });
    return { changed: true };
  });

/**
 * Hands the group to another member; the owner before stays as an admin.
 *
 * @returns `changed: false` for who owns it already
 * @throws conversation.not_found, conversation.not_a_group (conflict), conversation.not_allowed (forbidden),
 * member.not_found for who takes no part
 */
export const transfer = (
  deps: ConversationWriteDeps,
  actor: Actor,
  { conversationId, userId }: RoleInput,
): Promise<{ readonly changed: boolean }> =>
  announced(deps, async (stores, say) => {
    const me = accountOf(actor);
    const now = deps.runtime.clock.now();
    const standing = await lockStanding(stores, me, conversationId);
    requireGroup(standing);
    requireActive(standing.self);
    requireCapability(standing, 'transfer');
    const target = (await stores.members.of(conversationId, [userId])).get(userId);
    if (target?.state !== 'active') throw notFound('member');
    if (userId === me) return { changed: false };
    await giveRole(stores, say, { actor, conversationId, userId: me, from: 'owner', to: 'admin', now });
    await crown(stores, say, { actor, conversationId, userId, now });
    return { changed: true };
  });
