import { type Actor, accountOf, canAct, conflict, type Id } from '@socialkit/core';
import { type Announcer, announced } from './announce.js';
import { removeGroup } from './remove-group.js';
import { lockStanding, requireGroup } from './standing.js';
import type { MemberRole } from './types.js';
import type { ConversationUnit, ConversationWriteDeps } from './unit.js';

/** How many members are looked at to find one who can take over. */
const CANDIDATES = 100;

const notAMember = () => conflict('member.not_active', 'that account takes no part in this group');

/** Gives a role and says so. The caller holds the lock. */
export async function giveRole(
  stores: ConversationUnit,
  say: Announcer,
  given: {
    readonly actor: Actor;
    readonly conversationId: Id;
    readonly userId: Id;
    readonly from: MemberRole;
    readonly to: MemberRole;
    readonly now: number;
  },
): Promise<void> {
  const { actor, conversationId, userId, from, to, now } = given;
  await stores.members.setRole(conversationId, userId, to);
  await say.inConversation(
    conversationId,
    [{ type: 'member.role_changed', by: userId, data: { userId, from, to } }],
    now,
  );
  await stores.outbox.append({
    type: 'member.role_changed',
    actor,
    payload: { conversationId, userId, from, to },
  });
}

/** Makes a member the owner. There is none at that moment: the one before has another role already. */
export async function crown(
  stores: ConversationUnit,
  say: Announcer,
  {
    actor,
    conversationId,
    userId,
    now,
  }: { readonly actor: Actor; readonly conversationId: Id; readonly userId: Id; readonly now: number },
): Promise<void> {
  const from = (await stores.members.of(conversationId, [userId])).get(userId)?.role ?? 'member';
  await giveRole(stores, say, { actor, conversationId, userId, from, to: 'owner', now });
  const revision = (await stores.conversations.change(conversationId, { ownerId: userId })) ?? 0;
  await say.inConversation(
    conversationId,
    [{ type: 'conversation.updated', by: null, data: { fields: ['ownerId'], revision } }],
    now,
  );
  await stores.outbox.append({
    type: 'conversation.updated',
    actor,
    payload: { conversationId, revision, fields: ['ownerId'] },
  });
}

/** Who comes after the owner: the admin, else the member, who has been there longest and can act. */
async function successorIn(stores: ConversationUnit, conversationId: Id): Promise<Id | null> {
  const seniors = await stores.members.seniors(conversationId, CANDIDATES);
  const facts = await stores.facts.relations(null, seniors);
  return seniors.find((id) => canAct(facts.get(id))) ?? seniors[0] ?? null;
}

/**
 * Leaves a group. An owner hands it on: to `newOwnerId`, else to the admin (else the member) who has been there longest. The
 * last one to leave deletes it. Works for suspended accounts too.
 *
 * @throws conversation.not_found, conversation.not_a_group (conflict): archive a direct conversation instead,
 * member.not_active (conflict) when the new owner takes no part
 */
export const leave = (
  deps: ConversationWriteDeps,
  actor: Actor,
  input: { readonly conversationId: Id; readonly newOwnerId?: Id | undefined },
): Promise<{ readonly left: boolean }> =>
  announced(deps, async (stores, say) => {
    const me = accountOf(actor);
    const { conversationId, newOwnerId } = input;
    const now = deps.runtime.clock.now();
    const standing = await lockStanding(stores, me, conversationId);
    requireGroup(standing);
    if (standing.member.state !== 'active') return { left: false };
    const heir =
      standing.member.role !== 'owner' ? null : (newOwnerId ?? (await successorIn(stores, conversationId)));
    if (standing.member.role === 'owner' && heir === null) {
      await removeGroup(stores, say, { actor, conversationId, now });
      return { left: true };
    }
    if (heir !== null) {
      const next = (await stores.members.of(conversationId, [heir])).get(heir);
      if (heir === me || next?.state !== 'active') throw notAMember();
    }
    await stores.members.move(conversationId, [{ userId: me, state: 'left' }], now);
    if (heir !== null) await crown(stores, say, { actor, conversationId, userId: heir, now });
    await say.inConversation(conversationId, [{ type: 'member.left', by: me, data: { userId: me } }], now);
    await stores.outbox.append({ type: 'member.left', actor, payload: { conversationId, userId: me } });
    await say.toAccounts([{ userId: me, type: 'conversation.left', data: { conversationId } }]);
    say.accessChanged([me]);
    return { left: true };
  });
