import { isReadable, type Message, type MessageStatus } from './types.js';
import type { MessageView } from './views.js';

/** What a message is at an instant: its time may be over before anybody has noted it. @param now Unix ms */
export const statusAt = (message: Pick<Message, 'status' | 'expiresAt'>, now: number): MessageStatus => {
  const over = message.expiresAt !== null && message.expiresAt <= now;
  return over && (message.status === 'published' || message.status === 'under_review')
    ? 'expired'
    : message.status;
};

/**
 * A message as every member may see it, and as its author sees it under review. What is gone or taken down keeps its place,
 * its author and the thread below it. @param now Unix ms
 */
export function viewOf(message: Message, now: number): MessageView {
  const status = statusAt(message, now);
  const shown = isReadable(message, now) || status === 'under_review';
  return {
    conversationId: message.conversationId,
    seq: message.seq,
    status,
    authorId: message.authorId,
    text: shown ? message.text : '',
    entities: shown ? message.entities : [],
    attachments: shown ? message.attachments : [],
    label: shown ? message.label : null,
    replyToSeq: message.replyToSeq,
    threadRootSeq: message.threadRootSeq,
    replyCount: message.replyCount,
    lastReplySeq: message.lastReplySeq,
    forwarded: message.forwarded,
    reactions: shown ? message.reactionCounts : {},
    pinnedAt: shown ? message.pinnedAt : null,
    revision: message.revision,
    createdAt: message.createdAt,
    editedAt: shown ? message.editedAt : null,
    expiresAt: message.expiresAt,
  };
}
