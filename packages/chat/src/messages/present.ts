import { type Clock, canAct, canViewAccount, type RelationFacts } from '@socialkit/core';
import { can } from '../conversations/capabilities.js';
import type { Standing } from '../conversations/standing.js';
import { hiddenView } from './hidden-view.js';
import type { MessageSettings } from './settings.js';
import type { OwnMessageState } from './store.js';
import type { Message } from './types.js';
import type { MessageReading } from './unit.js';
import { viewOf } from './view.js';
import type { MessageView, SeenMessage } from './views.js';

/** What presenting messages works on. */
export interface Presenting {
  readonly readers: MessageReading;
  readonly clock: Clock;
  readonly settings: Pick<MessageSettings, 'editWindowMs' | 'deleteWindowMs'>;
}

const NOTHING: SeenMessage['viewer'] = Object.freeze({
  own: false,
  clientId: null,
  mentioned: false,
  reacted: [],
  canEdit: false,
  canDelete: false,
  canPin: false,
});

/** Whether an author may still edit, or delete for everybody. @param now Unix ms */
export const withinWindow = ({ createdAt }: Pick<Message, 'createdAt'>, windowMs: number, now: number) =>
  now - createdAt < windowMs;

/**
 * What of a message a viewer gets: everything, or its place alone.
 * @param author the viewer's relation to its author @param now Unix ms
 */
export function shownTo(message: Message, author: RelationFacts | undefined, now: number): MessageView {
  const own = author?.self ?? false;
  const hidden = !canViewAccount(author) || (!own && message.status === 'under_review');
  return hidden ? hiddenView(message.conversationId, message.seq, message.createdAt) : viewOf(message, now);
}

function viewerState(
  { settings }: Presenting,
  standing: Pick<Standing, 'conversation' | 'member' | 'writable'>,
  acts: boolean,
  message: Message,
  view: MessageView,
  own: OwnMessageState | undefined,
  now: number,
): SeenMessage['viewer'] {
  const { member } = standing;
  const mine = message.authorId === member.userId;
  const live = view.status === 'published' || view.status === 'under_review';
  return {
    own: mine,
    clientId: mine ? message.clientId : null,
    mentioned:
      view.status === 'published' &&
      view.entities.some((entity) => entity.type === 'mention' && entity.accountId === member.userId),
    reacted: view.status === 'published' ? (own?.reacted ?? []) : [],
    canEdit: acts && mine && live && !message.forwarded && withinWindow(message, settings.editWindowMs, now),
    canDelete:
      acts &&
      live &&
      ((mine && withinWindow(message, settings.deleteWindowMs, now)) || can(standing, 'deleteMessages')),
    canPin: view.status === 'published' && can(standing, 'pinMessages'),
  };
}

/** A message that its author, an active member, has just sent, as he sees it: nothing has to be read for it. */
export function presentSent(
  presenting: Presenting,
  standing: Pick<Standing, 'conversation' | 'member'>,
  message: Message,
): SeenMessage {
  const now = presenting.clock.now();
  const view = viewOf(message, now);
  return {
    ...view,
    viewer: viewerState(presenting, { ...standing, writable: true }, true, message, view, undefined, now),
  };
}

/** Messages as a member sees them, in order, without those it deleted for itself: one batch of each thing they need. */
export async function presentMessages(
  presenting: Presenting,
  standing: Standing,
  messages: readonly Message[],
): Promise<readonly SeenMessage[]> {
  if (messages.length === 0) return [];
  const { readers, clock } = presenting;
  const now = clock.now();
  const { conversation, member, self } = standing;
  const acts = member.state === 'active' && canAct(self);
  const [relations, own] = await Promise.all([
    readers.facts.relations(member.userId, [...new Set(messages.map(({ authorId }) => authorId))]),
    readers.messages.ownState(
      member.userId,
      conversation.id,
      messages.map(({ seq }) => seq),
    ),
  ]);
  return messages.flatMap((message) => {
    const state = own.get(message.seq);
    if (state?.hidden) return [];
    const view = shownTo(message, relations.get(message.authorId), now);
    const viewer =
      view.status === 'hidden' ? NOTHING : viewerState(presenting, standing, acts, message, view, state, now);
    return [{ ...view, viewer }];
  });
}
