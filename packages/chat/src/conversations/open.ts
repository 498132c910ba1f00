import {
  type Actor,
  accountOf,
  type Id,
  invalid,
  type RelationFacts,
  requireAccount,
  requireActive,
  SocialError,
} from '@socialkit/core';
import { announced } from './announce.js';
import { answerRequest } from './answer.js';
import { type Conversation, DEFAULT_SETTINGS, pairOf } from './types.js';
import type { ConversationUnit, ConversationWriteDeps } from './unit.js';

const DAY_MS = 24 * 60 * 60_000;

/** A conversation of which nothing but its making is known. */
export const blankConversation = (
  made: Pick<Conversation, 'id' | 'kind' | 'createdAt' | 'createdBy'>,
): Conversation => ({
  pair: null,
  title: null,
  description: null,
  avatar: null,
  label: null,
  ownerId: null,
  settings: DEFAULT_SETTINGS,
  memberCount: 0,
  lastSeq: 0,
  lastOffset: 0,
  lastMessageAt: null,
  revision: 1,
  ...made,
});

/**
 * Keeps a young account from opening conversations with everybody: behind its own lock, so that calls at the same time count
 * each other.
 * @throws conversation.opening_limited (rate_limited) with `retryAfterMs`
 */
export async function requireMayOpen(
  stores: ConversationUnit,
  { newAccountMs, newAccountOpens }: ConversationWriteDeps['options'],
  userId: Id,
  now: number,
): Promise<void> {
  const account = (await stores.accounts.byIds([userId])).get(userId);
  if (!account || account.createdAt + newAccountMs <= now) return;
  await stores.locks.accounts([userId]);
  const times = await stores.conversations.createdSince(userId, now - DAY_MS + 1, newAccountOpens);
  const oldest = times[newAccountOpens - 1];
  if (oldest === undefined) return;
  throw new SocialError(
    'rate_limited',
    'conversation.opening_limited',
    `a new account opens at most ${newAccountOpens} conversations in 24 hours`,
    { retryAfterMs: oldest + DAY_MS - now },
  );
}

/** Whether the other side wants to hear from this account without being asked: it follows it, or they are friends. */
export const isWelcome = (facts: RelationFacts): boolean => facts.followedBy || facts.friends;

/**
 * The direct conversation with another account: the one there is, or a new one. A pair has one at most, whoever opens it and
 * however often at the same time.
 *
 * The other side takes part at once when it follows the actor or is a friend; else it gets a request with the first message.
 * Opening the conversation in which one was asked accepts the request.
 *
 * @throws conversation.self (validation), account.not_found when the account is missing, inactive, or there is a block,
 * account.inactive (forbidden), conversation.opening_limited (rate_limited)
 */
export async function openDirect(
  deps: ConversationWriteDeps,
  actor: Actor,
  { userId }: { readonly userId: Id },
): Promise<{ readonly conversationId: Id; readonly created: boolean }> {
  const me = accountOf(actor);
  if (me === userId)
    throw invalid('conversation.self', 'a conversation has another side', [
      { path: 'userId', message: 'must be the id of another account' },
    ]);
  return announced(deps, async (stores, say) => {
    const now = deps.runtime.clock.now();
    await stores.locks.pairShared([[me, userId]]);
    const facts = await stores.facts.relations(me, [me, userId]);
    requireActive(facts.get(me));
    const other = facts.get(userId);
    requireAccount(other);

    const reopen = async (conversation: Conversation) => {
      await stores.conversations.lock(conversation.id);
      const mine = (await stores.members.of(conversation.id, [me])).get(me);
      if (mine?.state === 'requested' || mine?.state === 'declined')
        await answerRequest(stores, say, { actor, conversation, accept: true, now });
      return { conversationId: conversation.id, created: false };
    };
    const found = await stores.conversations.ofPair(me, userId);
    if (found) return reopen(found);

    await requireMayOpen(stores, deps.options, me, now);
    const id = deps.runtime.ids.next();
    const made = blankConversation({ id, kind: 'direct', createdAt: now, createdBy: me });
    if (!(await stores.conversations.insert({ ...made, pair: pairOf(me, userId) }))) {
      const theirs = await stores.conversations.ofPair(me, userId);
      if (theirs) return reopen(theirs);
    }
    const joined = { seq: 0, offset: 0 };
    await stores.members.move(
      id,
      [
        { userId: me, state: 'active', joined },
        isWelcome(other) ? { userId, state: 'active', joined } : { userId, state: 'requested' },
      ],
      now,
    );
    await say.inConversation(
      id,
      [{ type: 'conversation.created', by: null, data: { kind: 'direct', createdBy: me } }],
      now,
    );
    await stores.outbox.append({
      type: 'conversation.created',
      actor,
      payload: { conversationId: id, kind: 'direct', createdBy: me },
    });
    await say.toAccounts([{ userId: me, type: 'conversation.created', data: { conversationId: id } }]);
    return { conversationId: id, created: true };
  });
}
