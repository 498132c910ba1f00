import {
  type AccountReader,
  type CanonicalHandle,
  type ContentGate,
  canViewAccount,
  type FactsReader,
  type Id,
  type KernelStores,
  notFound,
  type RateLimiter,
  type RoleTable,
  type Runtime,
  type StreamPublisher,
  type UnitOfWork,
  type UserStreamWriter,
} from '@socialkit/core';
import { requireStanding, type Standing } from '../conversations/standing.js';
import type { ConversationReaders, ConversationStores } from '../conversations/store.js';
import type { Conversation, Member } from '../conversations/types.js';
import type { AttachmentResolver } from './attachments.js';
import type { MessageSettings } from './settings.js';
import type { MessageReaders, MessageStores } from './store.js';
import type { Message } from './types.js';
import { statusAt } from './view.js';

/** What the writes of messages need of a unit of work. */
export type MessageUnit = MessageStores &
  Pick<ConversationStores, 'conversations' | 'members'> &
  Pick<KernelStores, 'outbox' | 'jobs' | 'facts' | 'locks' | 'audit' | 'measures'> & {
    readonly accounts: AccountReader;
    readonly streams: UserStreamWriter;
  };

/** What the reads of messages work on. */
export type MessageReading = MessageReaders &
  Pick<ConversationReaders, 'conversations' | 'members'> & {
    readonly facts: FactsReader;
    readonly accounts: Pick<AccountReader, 'summaries' | 'idsByHandles'>;
  };

/** What messages work on. */
export interface MessageDeps {
  readonly unitOfWork: UnitOfWork<MessageUnit>;
  readonly readers: MessageReading;
  readonly runtime: Runtime;
  readonly gate: ContentGate;
  readonly publisher: StreamPublisher;
  readonly canonicalHandle: CanonicalHandle;
  readonly attachments: AttachmentResolver;
  /** Counts sends; null counts none. */
  readonly rateLimiter: RateLimiter | null;
  readonly roles: RoleTable;
  readonly settings: MessageSettings;
}

/** Messages up to this one are not for a member: from before it joined where that counts, or cleared by it. */
export const floorOf = (
  { settings }: Pick<Conversation, 'settings'>,
  { joinedSeq, clearedSeq }: Pick<Member, 'joinedSeq' | 'clearedSeq'>,
): number => Math.max(settings.history === 'joined' ? joinedSeq : 0, clearedSeq);

/** Whether an account that knows of a conversation can read it: an invitation alone shows no messages. */
export const mayRead = ({ member }: Pick<Standing, 'member'>): boolean =>
  member.state === 'active' || member.state === 'requested';

/** @throws conversation.not_found unless the account may read it */
export async function requireReader(
  readers: Pick<MessageReading, 'conversations' | 'members' | 'facts'>,
  userId: Id,
  conversationId: Id,
): Promise<Standing> {
  const standing = await requireStanding(readers, userId, conversationId);
  if (!mayRead(standing)) throw notFound('conversation');
  return standing;
}

/**
 * Whether a member can read a message: behind where its history begins, of an author it can see, published (or its own
 * under review), and its time not over.
 */
export async function canRead(
  readers: { readonly facts: Pick<FactsReader, 'relations'> },
  { conversation, member }: Pick<Standing, 'conversation' | 'member'>,
  message: Message | undefined | null,
  now: number,
): Promise<boolean> {
  if (!message || message.seq <= floorOf(conversation, member)) return false;
  const own = message.authorId === member.userId;
  const status = statusAt(message, now);
  if (status !== 'published' && !(own && status === 'under_review')) return false;
  if (own) return true;
  return canViewAccount(
    (await readers.facts.relations(member.userId, [message.authorId])).get(message.authorId),
  );
}

/** The fields every event about a message carries. */
export const eventOf = (message: Pick<Message, 'conversationId' | 'seq' | 'authorId'>) => ({
  conversationId: message.conversationId,
  seq: message.seq,
  authorId: message.authorId,
});
