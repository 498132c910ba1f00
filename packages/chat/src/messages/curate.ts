import { type Actor, accountOf, conflict, forbidden, type Id, requireActive } from '@socialkit/core';
import { requireCapability } from '../conversations/standing.js';
import { type Change, changeMessage, type Found } from './change.js';
import { isReadable, MAX_PINNED_MESSAGES, type MessageKey } from './types.js';
import { eventOf, type MessageDeps } from './unit.js';

/** The account's other devices hear which reactions are its own: on the conversation's stream they are numbers. */
const tellReactor = (
  { tell }: Change,
  userId: Id,
  { conversationId, seq }: MessageKey,
  kind: string,
  reacted: boolean,
): void => tell([userId], 'reaction.changed', { conversationId, seq, kind, reacted });

const notLive = () => conflict('message.not_live', 'this message is not published: it takes no reactions');

function requireLive({ now }: Change, { standing, message }: Found): void {
  requireActive(standing.self);
  if (standing.member.state !== 'active')
    throw forbidden('message.not_accepted', 'accept the conversation first');
  if (!isReadable(message, now)) throw notLive();
}

/**
 * Gives a reaction: one of each kind an account and message.
 * @throws conversation.not_found, message.not_found, message.not_live (conflict), message.unknown_reaction (validation)
 */
export function reactToMessage(
  deps: MessageDeps,
  actor: Actor,
  { kind, ...key }: MessageKey & { readonly kind: string },
): Promise<{ readonly changed: boolean }> {
  const userId = accountOf(actor);
  deps.settings.requireKind(kind);
  return changeMessage(deps, userId, key, async (change, found) => {
    requireLive(change, found);
    const { stores, now, say } = change;
    const { message } = found;
    const changed = await stores.messages.react(message, userId, kind, now);
    if (!changed) return { changed };
    say({ type: 'message.reacted', by: message.authorId, seq: message.seq });
    tellReactor(change, userId, key, kind, true);
    await stores.outbox.append({
      type: 'message.reacted',
      actor,
      payload: { ...eventOf(message), userId, kind },
    });
    return { changed };
  });
}

/** Takes a reaction back. @throws conversation.not_found, message.not_found */
export function unreactToMessage(
  deps: MessageDeps,
  actor: Actor,
  { kind, ...key }: MessageKey & { readonly kind: string },
): Promise<{ readonly changed: boolean }> {
  const userId = accountOf(actor);
  return changeMessage(deps, userId, key, async (change, { message }) => {
    const { stores, say } = change;
    const changed = await stores.messages.unreact(message, userId, kind);
    if (!changed) return { changed };
    say({ type: 'message.reacted', by: message.authorId, seq: message.seq });
    tellReactor(change, userId, key, kind, false);
    await stores.outbox.append({
      type: 'message.unreacted',
      actor,
      payload: { ...eventOf(message), userId, kind },
    });
    return { changed };
  });
}

/**
 * Pins a message or takes the pin away.
 * @throws conversation.not_found, conversation.not_allowed (forbidden), message.not_found, message.not_live (conflict),
 * message.too_many_pinned (conflict)
 */
export function pinMessage(
  deps: MessageDeps,
  actor: Actor,
  key: MessageKey,
  pinned: boolean,
): Promise<{ readonly changed: boolean }> {
  const userId = accountOf(actor);
  return changeMessage(deps, userId, key, async (change, found) => {
    const { stores, now, say } = change;
    const { standing, message } = found;
    requireLive(change, found);
    requireCapability(standing, 'pinMessages');
    if (pinned && message.pinnedAt === null) {
      const count = (await stores.messages.pinned(key.conversationId)).length;
      if (count >= MAX_PINNED_MESSAGES)
        throw conflict('message.too_many_pinned', `at most ${MAX_PINNED_MESSAGES} messages can be pinned`);
    }
    const changed = await stores.messages.setPinned(message, pinned ? now : null);
    if (!changed) return { changed };
    say({ type: pinned ? 'message.pinned' : 'message.unpinned', by: message.authorId, seq: message.seq });
    const about = eventOf(message);
    if (pinned)
      await stores.outbox.append({
        type: 'message.pinned',
        actor,
        payload: { ...about, pinnedBy: userId },
      });
    else await stores.outbox.append({ type: 'message.unpinned', actor, payload: about });
    return { changed };
  });
}
