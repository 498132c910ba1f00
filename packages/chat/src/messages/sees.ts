import { type FactsReader, type Id, isSocialError } from '@socialkit/core';
import type { ConversationReaders } from '../conversations/store.js';
import { keyOfSubject } from './moderate.js';
import type { MessageReaders } from './store.js';
import { canRead, requireReader } from './unit.js';

type Readers = Pick<ConversationReaders, 'conversations' | 'members'> &
  Pick<MessageReaders, 'messages'> & { readonly facts: FactsReader };

/** What was not found is not seen; anything else is a failure. */
const orNot = (error: unknown): null => {
  if (isSocialError(error) && error.category === 'not_found') return null;
  throw error;
};

/** Whether an account can read a conversation. Inside or outside of a transaction. */
export const seesConversation = async (
  readers: Readers,
  viewerId: Id,
  conversationId: Id,
): Promise<boolean> => (await requireReader(readers, viewerId, conversationId).catch(orNot)) !== null;

/** Whether an account can read a message, named as a subject of moderation is. Inside or outside of a transaction. */
export async function seesMessage(
  readers: Readers,
  viewerId: Id,
  subjectId: string,
  now: number,
): Promise<boolean> {
  const { conversationId, seq } = keyOfSubject(subjectId);
  const standing = await requireReader(readers, viewerId, conversationId).catch(orNot);
  if (!standing) return false;
  const message = (await readers.messages.byKeys(conversationId, [seq])).get(seq);
  return canRead(readers, standing, message, now);
}
