import {
  type AccountReader,
  type AccountSummary,
  type Clock,
  canViewAccount,
  type FactsReader,
  type Id,
  type RelationFacts,
} from '@socialkit/core';
import { capabilitiesOf } from './capabilities.js';
import { counterpartOf, invitationStands, isWritable, waitsForAnswer } from './standing.js';
import type { ConversationReaders } from './store.js';
import type { Conversation, Member } from './types.js';
import type { ConversationView, MessagePreview } from './views.js';

/** Where a conversation list gets the newest messages from: the port of whoever keeps the messages. */
export interface MessagePreviews {
  /**
   * The newest message of each conversation that the viewer may see, in one batch. Conversations without one are absent.
   * @param asks `above`: messages up to this one are not for the viewer
   */
  newest(
    viewerId: Id,
    asks: readonly { readonly conversationId: Id; readonly lastSeq: number; readonly above: number }[],
  ): Promise<ReadonlyMap<Id, MessagePreview>>;
}

/** Knows no messages. */
export const noPreviews: MessagePreviews = Object.freeze({ newest: async () => new Map() });

/** What presenting conversations reads. */
export type PresentReaders = ConversationReaders & {
  readonly accounts: Pick<AccountReader, 'summaries'>;
  readonly facts: FactsReader;
};

/** What presents conversations. */
export interface PresentDeps {
  readonly readers: PresentReaders;
  readonly previews: MessagePreviews;
  readonly clock: Clock;
}

/** Messages up to this one are not for the member. */
export const hiddenUpTo = (conversation: Conversation, member: Member): number =>
  Math.max(member.clearedSeq, conversation.settings.history === 'joined' ? member.joinedSeq : 0);

/** How many messages a member has not read; exact, from watermarks alone. */
export const unreadOf = (conversation: Conversation, member: Member): number =>
  Math.max(0, conversation.lastSeq - Math.max(member.lastReadSeq, hiddenUpTo(conversation, member)));

interface Loaded {
  readonly conversations: ReadonlyMap<Id, Conversation>;
  readonly own: ReadonlyMap<Id, Member>;
  readonly counterparts: ReadonlyMap<Id, Member>;
  readonly facts: ReadonlyMap<Id, RelationFacts>;
  readonly summaries: ReadonlyMap<Id, AccountSummary>;
}

async function load(readers: PresentReaders, viewerId: Id, ids: readonly Id[]): Promise<Loaded> {
  const conversations = await readers.conversations.knownTo(viewerId, ids);
  const places = [...conversations.values()].flatMap((conversation) => {
    const userId = counterpartOf(conversation, viewerId);
    const own = { conversationId: conversation.id, userId: viewerId };
    return userId === null ? [own] : [own, { conversationId: conversation.id, userId }];
  });
  const members = await readers.members.at(places);
  const own = new Map<Id, Member>();
  const counterparts = new Map<Id, Member>();
  for (const member of members)
    (member.userId === viewerId ? own : counterparts).set(member.conversationId, member);
  const inviters = [...own.values()].flatMap(({ state, invitedBy }) =>
    state === 'invited' && invitedBy !== null ? [invitedBy] : [],
  );
  const others = places.map(({ userId }) => userId).filter((id) => id !== viewerId);
  const accounts = [...new Set([viewerId, ...others, ...inviters])];
  const [facts, summaries] = await Promise.all([
    readers.facts.relations(viewerId, accounts),
    readers.accounts.summaries(accounts.filter((id) => id !== viewerId)),
  ]);
  return { conversations, own, counterparts, facts, summaries };
}

/** Views of those conversations that the viewer knows of, in one batch; the others are absent. */
export async function presentConversations(
  { readers, previews, clock }: PresentDeps,
  viewerId: Id,
  ids: readonly Id[],
): Promise<ReadonlyMap<Id, ConversationView>> {
  if (ids.length === 0) return new Map();
  const now = clock.now();
  const loaded = await load(readers, viewerId, ids);
  const visible = (id: Id | null) =>
    id !== null && canViewAccount(loaded.facts.get(id)) ? (loaded.summaries.get(id) ?? null) : null;
  const known = [...loaded.conversations.values()].filter((conversation) => {
    const member = loaded.own.get(conversation.id);
    if (member?.state === 'active') return true;
    if (member?.state === 'invited') return invitationStands(loaded.facts.get(member.invitedBy ?? ''));
    return member?.state === 'requested' && visible(counterpartOf(conversation, viewerId)) !== null;
  });
  const newest = await previews.newest(
    viewerId,
    known.flatMap((conversation) => {
      const member = loaded.own.get(conversation.id);
      if (!member || member.state === 'invited' || conversation.lastSeq === 0) return [];
      const above = hiddenUpTo(conversation, member);
      return [{ conversationId: conversation.id, lastSeq: conversation.lastSeq, above }];
    }),
  );
  const view = (conversation: Conversation, member: Member): ConversationView => {
    const { pair: _, createdBy: __, ...shown } = conversation;
    const counterpartId = counterpartOf(conversation, viewerId);
    const theirs = loaded.counterparts.get(conversation.id)?.state ?? null;
    const counterpart =
      counterpartId === null
        ? null
        : { userId: counterpartId, facts: loaded.facts.get(counterpartId), state: theirs };
    const writable = isWritable(conversation, loaded.facts.get(viewerId), counterpart);
    const invited = member.state === 'invited';
    return {
      ...shown,
      counterpartId,
      counterpart: visible(counterpartId),
      lastMessage: newest.get(conversation.id) ?? null,
      viewer: {
        state: member.state as ConversationView['viewer']['state'],
        role: member.role,
        invitedBy: invited ? visible(member.invitedBy) : null,
        awaitsAnswer:
          counterpart !== null && member.state === 'active' && waitsForAnswer(conversation, theirs),
        unread: invited ? 0 : unreadOf(conversation, member),
        mentions: member.mentionCount,
        markedUnread: member.markedUnread,
        lastReadSeq: member.lastReadSeq,
        lastDeliveredSeq: member.lastDeliveredSeq,
        hiddenUpToSeq: invited ? conversation.lastSeq : hiddenUpTo(conversation, member),
        notify: member.notify,
        mutedUntil: member.mutedUntil !== null && member.mutedUntil > now ? member.mutedUntil : null,
        archived: member.archivedAt !== null,
        pinned: member.pinnedAt !== null,
        capabilities: capabilitiesOf({ conversation, member, writable }),
      },
    };
  };
  return new Map(
    known.map((conversation) => [
      conversation.id,
      view(conversation, loaded.own.get(conversation.id) as Member),
    ]),
  );
}
