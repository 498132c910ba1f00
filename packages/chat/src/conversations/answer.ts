import { type Actor, accountOf, type Id, requireActive } from '@socialkit/core';
import { type Announcer, announced } from './announce.js';
import { joinGroup } from './bring-in.js';
import { counterpartOf, lockStanding } from './standing.js';
import type { Conversation } from './types.js';
import type { ConversationUnit, ConversationWriteDeps } from './unit.js';

/** Takes the actor into the direct conversation it was asked into, or keeps it out. The caller holds the lock. */
export async function answerRequest(
  stores: ConversationUnit,
  say: Announcer,
  answer: {
    readonly actor: Actor;
    readonly conversation: Conversation;
    readonly accept: boolean;
    readonly now: number;
  },
): Promise<void> {
  const { actor, conversation, accept, now } = answer;
  const me = accountOf(actor);
  const senderId = counterpartOf(conversation, me) as Id;
  // What was written while it waited is still unread.
  const joined = { seq: 0, offset: 0 };
  await stores.members.move(
    conversation.id,
    [accept ? { userId: me, state: 'active', joined } : { userId: me, state: 'declined' }],
    now,
  );
  if (accept)
    await say.inConversation(
      conversation.id,
      [{ type: 'request.accepted', by: me, data: { userId: me } }],
      now,
    );
  await stores.outbox.append({
    type: accept ? 'message_request.accepted' : 'message_request.declined',
    actor,
    payload: { conversationId: conversation.id, userId: me, senderId },
  });
  const { id: conversationId } = conversation;
  await say.toAccounts([
    { userId: me, type: accept ? 'conversation.joined' : 'conversation.left', data: { conversationId } },
    ...(accept
      ? [{ userId: senderId, type: 'conversation.accepted', data: { conversationId } } as const]
      : []),
  ]);
}

/**
 * Accepts what waits for the actor's answer: an invitation into a group, or a conversation that a stranger began.
 *
 * @returns `changed: false` for who takes part already
 * @throws conversation.not_found when nothing waits, conversation.full (conflict), account.inactive (forbidden)
 */
export const accept = (
  deps: ConversationWriteDeps,
  actor: Actor,
  { conversationId }: { readonly conversationId: Id },
): Promise<{ readonly changed: boolean }> =>
  announced(deps, async (stores, say) => {
    const me = accountOf(actor);
    const now = deps.runtime.clock.now();
    const { conversation, member, self } = await lockStanding(stores, me, conversationId);
    requireActive(self);
    if (member.state === 'active') return { changed: false };
    if (member.state === 'requested')
      await answerRequest(stores, say, { actor, conversation, accept: true, now });
    else
      await joinGroup(stores, say, {
        actor,
        conversation,
        userId: me,
        via: 'invitation',
        now,
        maxMembers: deps.options.maxMembers,
      });
    return { changed: true };
  });

/**
 * Says no to an invitation or to a stranger's conversation; whoever asked is not told. Works for accounts that cannot write
 * too.
 *
 * @returns `changed: false` for who takes part: leave instead
 * @throws conversation.not_found when nothing waits
 */
export const decline = (
  deps: ConversationWriteDeps,
  actor: Actor,
  { conversationId }: { readonly conversationId: Id },
): Promise<{ readonly changed: boolean }> =>
  announced(deps, async (stores, say) => {
    const me = accountOf(actor);
    const now = deps.runtime.clock.now();
    const { conversation, member } = await lockStanding(stores, me, conversationId);
    if (member.state === 'active') return { changed: false };
    if (member.state === 'requested') {
      await answerRequest(stores, say, { actor, conversation, accept: false, now });
      say.accessChanged([me]);
      return { changed: true };
    }
    await stores.members.move(conversationId, [{ userId: me, state: 'declined' }], now);
    await stores.outbox.append({ type: 'member.declined', actor, payload: { conversationId, userId: me } });
    await say.toAccounts([{ userId: me, type: 'conversation.left', data: { conversationId } }]);
    return { changed: true };
  });
