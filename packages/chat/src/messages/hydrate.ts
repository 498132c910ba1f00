import { type Id, type StreamEvent, streamName } from '@socialkit/core';
import { hiddenView } from './hidden-view.js';
import type { LoggedEvent, MessageReader } from './store.js';
import type { Message } from './types.js';
import { viewOf } from './view.js';

/** Types that change what earlier events of a message show. */
const REWRITES: ReadonlySet<string> = new Set([
  'message.edited',
  'message.deleted',
  'message.expired',
  'message.held',
  'message.flagged',
]);
/** Types after which somebody may not read on. */
const ENDS: ReadonlySet<string> = new Set(['member.left', 'member.removed', 'member.banned']);

const ofMessage = (type: string): boolean => type.startsWith('message.');
const namesMessage = (type: string): boolean => ofMessage(type) || type === 'thread.changed';

type Shown = Pick<StreamEvent, 'by' | 'data'> & { readonly only?: readonly Id[] };

function showMessage(type: string, message: Message, now: number): Shown {
  // Everybody learns that it went; what it says now is for its author, who gets that with the event before or behind it.
  if (type === 'message.held')
    return { by: null, data: { ...hiddenView(message.conversationId, message.seq, message.createdAt) } };
  const data = { ...viewOf(message, now) };
  const under = message.status === 'under_review';
  return { by: message.authorId, ...(under ? { only: [message.authorId] } : {}), data };
}

/**
 * Events of a conversation as its stream carries them. The log holds types and numbers; what a message says is read as it
 * stands now, so that nothing deleted, expired or taken down is ever repeated.
 *
 * @param messages what the events are about, as it is stored @param now Unix ms
 */
export function streamEvents(
  conversationId: Id,
  events: readonly LoggedEvent[],
  messages: ReadonlyMap<number, Message>,
  now: number,
): readonly StreamEvent[] {
  return events.map((event): StreamEvent => {
    const { offset, type, at, seq } = event;
    const message = seq === null ? undefined : messages.get(seq);
    const base = { stream: streamName('conversation', conversationId), offset, type, at };
    const about = seq !== null && namesMessage(type) ? { item: seq } : {};
    if (message && type === 'thread.changed') {
      const { replyCount, lastReplySeq } = message;
      return { ...base, ...about, by: null, data: { conversationId, seq, replyCount, lastReplySeq } };
    }
    if (message && ofMessage(type))
      return {
        ...base,
        ...about,
        ...(REWRITES.has(type) ? { rewrites: true } : {}),
        ...showMessage(type, message, now),
      };
    const { userId } = event.data as { readonly userId?: Id };
    return {
      ...base,
      by: event.by,
      ...(event.only ? { only: event.only } : {}),
      ...(ENDS.has(type) && userId !== undefined ? { ends: [userId] } : {}),
      data: event.data,
    };
  });
}

/** The numbers of the messages these events are about. */
export const messagesNamedIn = (events: readonly LoggedEvent[]): readonly number[] => [
  ...new Set(events.flatMap(({ type, seq }) => (seq !== null && namesMessage(type) ? [seq] : []))),
];

/** {@link streamEvents} with the messages read through `messages`: one query. */
export async function hydrateEvents(
  messages: Pick<MessageReader, 'byKeys'>,
  conversationId: Id,
  events: readonly LoggedEvent[],
  now: number,
): Promise<readonly StreamEvent[]> {
  const seqs = messagesNamedIn(events);
  const found = seqs.length === 0 ? new Map<number, Message>() : await messages.byKeys(conversationId, seqs);
  return streamEvents(conversationId, events, found, now);
}
