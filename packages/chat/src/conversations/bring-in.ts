import {
  type Actor,
  accountOf,
  canViewAccount,
  conflict,
  type Id,
  type RelationFacts,
  requireActive,
} from '@socialkit/core';
import { z } from 'zod';
import { type Announcer, announced } from './announce.js';
import { lockStanding, requireCapability, requireGroup } from './standing.js';
import type { Conversation, Member } from './types.js';
import type { ConversationUnit, ConversationWriteDeps } from './unit.js';

/** What became of one account that was to be brought in. */
export const BRINGING_OUTCOMES = [
  'added',
  'invited',
  'unchanged',
  'not_addable',
  'banned',
  'unavailable',
] as const;
export const bringingSchema = z.object({
  items: z
    .array(z.object({ userId: z.string(), outcome: z.enum(BRINGING_OUTCOMES) }))
    .readonly()
    .meta({
      description:
        'unchanged: takes part or is invited already; not_addable: can only be invited; unavailable: there is no such account for the caller',
    }),
});
export type Bringing = z.output<typeof bringingSchema>;
type Outcome = Bringing['items'][number]['outcome'];

const full = (maxMembers: number) =>
  conflict('conversation.full', `this group has its ${maxMembers} members`);

/**
 * Makes an account a member of a group whose lock the caller holds.
 * @throws conversation.full (conflict)
 */
export async function joinGroup(
  stores: ConversationUnit,
  say: Announcer,
  joining: {
    readonly actor: Actor;
    readonly conversation: Conversation;
    readonly userId: Id;
    readonly via: 'invitation' | 'link';
    readonly invitedBy?: Id;
    readonly now: number;
    readonly maxMembers: number;
  },
): Promise<void> {
  const { actor, conversation, userId, via, invitedBy, now, maxMembers } = joining;
  const { id: conversationId, lastSeq: seq, lastOffset: offset } = conversation;
  if (conversation.memberCount >= maxMembers) throw full(maxMembers);
  await stores.members.move(
    conversationId,
    [
      {
        userId,
        state: 'active',
        joined: { seq, offset },
        ...(invitedBy === undefined ? {} : { invitedBy }),
      },
    ],
    now,
  );
  await say.inConversation(
    conversationId,
    [{ type: 'member.joined', by: userId, data: { userId, via } }],
    now,
  );
  await stores.outbox.append({
    type: 'member.joined',
    actor,
    payload: { conversationId, userId, via },
  });
  await say.toAccounts([{ userId, type: 'conversation.joined', data: { conversationId } }]);
}

/** Accounts to be brought into a group whose lock the caller holds. */
export interface Newcomers {
  readonly actor: Actor;
  readonly conversation: Conversation;
  /** Distinct. */
  readonly userIds: readonly Id[];
  /** `add` without asking where that is allowed; `invite`; or the first where allowed and else the second. */
  readonly how: 'add' | 'invite' | 'either';
  readonly via: 'created' | 'added';
  readonly now: number;
}

const isAddable = (facts: RelationFacts, addable: ConversationWriteDeps['options']['addable']): boolean =>
  facts.friends || (addable === 'followers' && facts.followedBy) ? addable !== 'nobody' : false;

const outcomeFor = (
  facts: RelationFacts | undefined,
  known: Member | undefined,
  how: Newcomers['how'],
  addable: ConversationWriteDeps['options']['addable'],
): Outcome => {
  if (facts?.self) return 'unchanged';
  if (!canViewAccount(facts)) return 'unavailable';
  if (known?.state === 'active') return 'unchanged';
  if (known?.state === 'banned') return 'banned';
  // Who went or said no by himself is asked, not put back.
  const went = known?.state === 'left' || known?.state === 'declined';
  if (how !== 'invite' && !went && isAddable(facts, addable)) return 'added';
  if (how === 'add') return 'not_addable';
  return known?.state === 'invited' ? 'unchanged' : 'invited';
};

/** Brings accounts in as far as policy, bans and room allow, and says what became of each. */
export async function bringIn(
  stores: ConversationUnit,
  say: Announcer,
  { addable, maxMembers }: ConversationWriteDeps['options'],
  newcomers: Newcomers,
): Promise<Bringing> {
  const { actor, conversation, userIds, how, via, now } = newcomers;
  const { id: conversationId, lastSeq: seq, lastOffset: offset } = conversation;
  const me = accountOf(actor);
  const facts = await stores.facts.relations(me, userIds);
  const known = await stores.members.of(conversationId, userIds);
  const items = userIds.map((userId) => ({
    userId,
    outcome: outcomeFor(facts.get(userId), known.get(userId), how, addable),
  }));
  const to = (outcome: Outcome) =>
    items.filter((item) => item.outcome === outcome).map(({ userId }) => userId);
  const [added, invited] = [to('added'), to('invited')];
  if (conversation.memberCount + added.length > maxMembers) throw full(maxMembers);
  if (invited.length > 0) {
    const waiting = await stores.members.count(conversationId, 'invited');
    if (waiting + invited.length > maxMembers)
      throw conflict(
        'conversation.too_many_invitations',
        `at most ${maxMembers} invitations of a group wait at the same time`,
      );
  }
  const joined = { seq, offset };
  await stores.members.move(
    conversationId,
    [
      ...added.map((userId) => ({ userId, state: 'active' as const, invitedBy: me, joined })),
      ...invited.map((userId) => ({ userId, state: 'invited' as const, invitedBy: me })),
    ],
    now,
  );
  await say.inConversation(
    conversationId,
    added.map((userId) => ({ type: 'member.joined', by: userId, data: { userId, via, actorId: me } })),
    now,
  );
  await stores.outbox.appendAll([
    ...added.map((userId) => ({
      type: 'member.joined' as const,
      actor,
      payload: { conversationId, userId, via },
    })),
    ...invited.map((userId) => ({
      type: 'member.invited' as const,
      actor,
      payload: { conversationId, userId, invitedBy: me },
    })),
  ]);
  await say.toAccounts([
    ...added.map((userId) => ({ userId, type: 'conversation.joined', data: { conversationId } })),
    ...invited.map((userId) => ({
      userId,
      type: 'conversation.invited',
      data: { conversationId, invitedBy: me },
    })),
  ]);
  return { items };
}

const bringing =
  (how: 'add' | 'invite') =>
  (
    deps: ConversationWriteDeps,
    actor: Actor,
    input: { readonly conversationId: Id; readonly userIds: readonly Id[] },
  ): Promise<Bringing> =>
    announced(deps, async (stores, say) => {
      const me = accountOf(actor);
      const userIds = [...new Set(input.userIds)];
      const standing = await lockStanding(stores, me, input.conversationId, userIds);
      requireGroup(standing);
      requireActive(standing.self);
      requireCapability(standing, 'invite');
      const { conversation } = standing;
      const now = deps.runtime.clock.now();
      return bringIn(stores, say, deps.options, { actor, conversation, userIds, how, via: 'added', now });
    });

/**
 * Asks accounts into a group; they take part once they accept. A block, a ban or an answer they gave already decides for each
 * of them, and the answer says how.
 *
 * @throws conversation.not_found, conversation.not_a_group (conflict), conversation.not_allowed (forbidden),
 * conversation.too_many_invitations (conflict)
 */
export const invite = bringing('invite');

/**
 * Puts accounts into a group without asking, as far as `addable` allows: those who follow the actor, or friends alone. Who left
 * or declined is never put back.
 *
 * @throws as {@link invite}, and conversation.full (conflict)
 */
export const add = bringing('add');
