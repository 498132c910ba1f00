import { canAct, canViewAccount, type Id, notFound, type RelationFacts, SocialError } from '@socialkit/core';
import { type Capability, can, type Ground } from './capabilities.js';
import type { ConversationStores } from './store.js';
import { type Conversation, KNOWING_STATES, type Member, type MemberState } from './types.js';
import type { StandingReaders } from './unit.js';

/** Where an account stands to a conversation it may know of. */
export interface Standing extends Ground {
  readonly conversation: Conversation;
  readonly member: Member;
  readonly self: RelationFacts | undefined;
  /** Direct: the other account, as the member sees it, and where it stands. */
  readonly counterpart: {
    readonly userId: Id;
    readonly facts: RelationFacts | undefined;
    readonly state: MemberState | null;
  } | null;
}

const KNOWING: ReadonlySet<MemberState> = new Set(KNOWING_STATES);

/** The other account of a direct conversation. */
export const counterpartOf = ({ pair }: Pick<Conversation, 'pair'>, userId: Id): Id | null =>
  pair === null ? null : pair[0] === userId ? pair[1] : pair[0];

/** Whether a stranger who has written once has to wait: the other side has not accepted. */
export const waitsForAnswer = (
  conversation: Pick<Conversation, 'lastSeq'>,
  counterpartState: MemberState | null,
): boolean => counterpartState !== 'active' && conversation.lastSeq > 0;

/** Whether somebody may write into the conversation at all, before roles are asked. */
export function isWritable(
  conversation: Pick<Conversation, 'kind' | 'lastSeq'>,
  self: RelationFacts | undefined,
  counterpart: Standing['counterpart'],
): boolean {
  if (!canAct(self)) return false;
  if (conversation.kind === 'group') return true;
  return canViewAccount(counterpart?.facts) && !waitsForAnswer(conversation, counterpart?.state ?? null);
}

/** Whether an invitation still stands: it ends where the inviter is gone or there is a block between the two. */
export const invitationStands = (inviter: RelationFacts | undefined): boolean =>
  inviter === undefined ? false : canViewAccount(inviter);

/** Where an account stands to a conversation, or null when it may not know of it. */
export async function look(
  readers: StandingReaders,
  conversation: Conversation | undefined,
  userId: Id,
): Promise<Standing | null> {
  if (!conversation) return null;
  const otherId = counterpartOf(conversation, userId);
  const members = await readers.members.of(conversation.id, otherId === null ? [userId] : [userId, otherId]);
  const member = members.get(userId);
  if (!member || !KNOWING.has(member.state)) return null;
  const asked = [userId, ...(otherId === null ? [] : [otherId])];
  if (member.state === 'invited' && member.invitedBy !== null) asked.push(member.invitedBy);
  const facts = await readers.facts.relations(userId, asked);
  if (member.state === 'invited' && !invitationStands(facts.get(member.invitedBy ?? ''))) return null;
  const self = facts.get(userId);
  const counterpart =
    otherId === null
      ? null
      : { userId: otherId, facts: facts.get(otherId), state: members.get(otherId)?.state ?? null };
  // Somebody who is blocked has no request to answer any more.
  if (member.state === 'requested' && !canViewAccount(counterpart?.facts)) return null;
  return { conversation, member, self, counterpart, writable: isWritable(conversation, self, counterpart) };
}

/**
 * Where an account stands to a conversation.
 * @throws conversation.not_found unless the account takes part, is invited, or was written to and has not answered
 */
export async function requireStanding(
  readers: StandingReaders,
  userId: Id,
  conversationId: Id,
): Promise<Standing> {
  const conversation = (await readers.conversations.knownTo(userId, [conversationId])).get(conversationId);
  const standing = await look(readers, conversation, userId);
  if (!standing) throw notFound('conversation');
  return standing;
}

/**
 * The same inside a unit of work, behind the locks the decision rests on: the pairs first, then the conversation.
 * @param others further accounts whose relation to the actor decides
 * @throws conversation.not_found
 */
export async function lockStanding(
  stores: StandingReaders & Pick<ConversationStores, 'conversations'> & Locking,
  userId: Id,
  conversationId: Id,
  others: readonly Id[] = [],
): Promise<Standing> {
  // The pair of a conversation never changes, so it can be read before the locks it names.
  const before = (await stores.conversations.knownTo(userId, [conversationId])).get(conversationId);
  if (!before) throw notFound('conversation');
  const otherId = counterpartOf(before, userId);
  const pairs = [...others, ...(otherId === null ? [] : [otherId])].filter((id) => id !== userId);
  if (pairs.length > 0) await stores.locks.pairShared(pairs.map((id) => [userId, id] as const));
  const standing = await look(stores, (await stores.conversations.lock(conversationId)) ?? undefined, userId);
  if (!standing) throw notFound('conversation');
  return standing;
}

interface Locking {
  readonly locks: { pairShared(pairs: readonly (readonly [Id, Id])[]): Promise<void> };
}

/** @throws conversation.not_allowed (forbidden) unless the member can do it */
export function requireCapability(standing: Standing, capability: Capability): void {
  if (!can(standing, capability))
    throw new SocialError(
      'forbidden',
      'conversation.not_allowed',
      'your role in this conversation does not allow that',
    );
}

/** @throws conversation.not_a_group (conflict) for a direct one */
export function requireGroup({ conversation }: Pick<Standing, 'conversation'>): void {
  if (conversation.kind !== 'group')
    throw new SocialError('conflict', 'conversation.not_a_group', 'a direct conversation has no such thing');
}
