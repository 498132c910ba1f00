import { type Actor, accountOf, forbidden, notFound, requireActive } from '@socialkit/core';
import { publishAll } from '../conversations/announce.js';
import { can } from '../conversations/capabilities.js';
import { lockStanding } from '../conversations/standing.js';
import { changeLocked } from './change.js';
import { withinWindow } from './present.js';
import { goneFromThread } from './threads.js';
import type { MessageKey } from './types.js';
import { eventOf, floorOf, type MessageDeps, mayRead, requireReader } from './unit.js';

/**
 * Deletes a message for everybody: its author within the window for it, whoever may delete messages in a group always. What
 * was written goes with its history, reactions, mentions and pin; the place stays.
 *
 * @returns `deleted: false` when it was gone already
 * @throws conversation.not_found, message.not_found, message.not_deletable, message.too_late (forbidden)
 */
export const deleteMessage = (
  deps: MessageDeps,
  actor: Actor,
  key: MessageKey,
): Promise<{ readonly deleted: boolean }> => {
  const userId = accountOf(actor);
  return changeLocked(
    deps,
    key.conversationId,
    (stores) => lockStanding(stores, userId, key.conversationId),
    async (change, standing) => {
      const { stores, now, say } = change;
      const { conversation, member } = standing;
      if (!mayRead(standing)) throw notFound('conversation');
      const message = (await stores.messages.byKeys(key.conversationId, [key.seq])).get(key.seq);
      if (!message || message.seq <= floorOf(conversation, member)) throw notFound('message');
      requireActive(standing.self);
      const own = message.authorId === userId;
      const curates = can({ ...standing, writable: true }, 'deleteMessages');
      // What is held back is for nobody but its author to know of.
      if (!own && (!curates || message.status === 'under_review')) {
        if (message.status === 'under_review') throw notFound('message');
        throw forbidden('message.not_deletable', 'only its author or an admin can delete this message');
      }
      if (message.status === 'deleted' || message.status === 'expired') return { deleted: false };
      if (message.status === 'flagged')
        throw forbidden('message.not_deletable', 'this message was taken down and is kept for appeal');
      if (!curates && !withinWindow(message, deps.settings.deleteWindowMs, now))
        throw forbidden('message.too_late', 'this message is too old to be deleted for everybody');
      await stores.messages.erase(message, 'deleted', now);
      say({ type: 'message.deleted', by: message.authorId, seq: message.seq });
      await goneFromThread(change, message);
      await stores.outbox.append({
        type: 'message.deleted',
        actor,
        payload: { ...eventOf(message), deletedBy: userId },
      });
      return { deleted: true };
    },
  );
};

/**
 * Deletes a message for the actor alone, whatever became of it. His other devices learn of it by his own stream.
 * @throws conversation.not_found, message.not_found
 */
export async function hideMessage(
  { unitOfWork, publisher }: Pick<MessageDeps, 'unitOfWork' | 'publisher'>,
  actor: Actor,
  key: MessageKey,
): Promise<{ readonly changed: boolean }> {
  const userId = accountOf(actor);
  const { conversationId, seq } = key;
  const { changed, events } = await unitOfWork.transact(async (stores) => {
    const { conversation, member } = await requireReader(stores, userId, conversationId);
    if (seq > conversation.lastSeq || seq <= floorOf(conversation, member)) throw notFound('message');
    const changed = await stores.messages.hide({ conversationId, seq }, userId);
    const said = { userId, type: 'message.hidden', data: { conversationId, seq } };
    return { changed, events: changed ? await stores.streams.append([said]) : [] };
  });
  publishAll(publisher, events);
  return { changed };
}
