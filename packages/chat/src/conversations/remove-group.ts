import type { Actor, Id } from '@socialkit/core';
import type { Announcer } from './announce.js';
import type { ConversationUnit } from './unit.js';

/** Members told in one go. */
const BATCH = 500;

/** Removes a group whose lock the caller holds, and tells everybody who took part or was invited. */
export async function removeGroup(
  stores: ConversationUnit,
  say: Announcer,
  {
    actor,
    conversationId,
    now,
  }: { readonly actor: Actor; readonly conversationId: Id; readonly now: number },
): Promise<void> {
  await say.inConversation(conversationId, [{ type: 'conversation.deleted', by: null, data: {} }], now);
  await stores.outbox.append({ type: 'conversation.deleted', actor, payload: { conversationId } });
  await stores.conversations.remove(conversationId, now);
  const told: Id[] = [];
  for (let after = null as Parameters<typeof stores.members.list>[1]['after']; ; ) {
    const page = await stores.members.list(conversationId, {
      states: ['active', 'invited'],
      after,
      limit: BATCH,
    });
    told.push(...page.map(({ userId }) => userId));
    const last = page.at(-1);
    if (!last || page.length < BATCH) break;
    after = { role: last.role, userId: last.userId };
  }
  await say.toAccounts(
    told.map((userId) => ({ userId, type: 'conversation.left', data: { conversationId } })),
  );
  say.accessChanged(told);
}
