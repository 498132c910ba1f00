import type { Id } from '@socialkit/core';
import type { MessageView } from './views.js';

/**
 * What stands in the place of a message that is not for a viewer: the same whatever the reason, on the server and in a client
 * that was told of it without its data.
 */
export const hiddenView = (conversationId: Id, seq: number, createdAt: number): MessageView => ({
  conversationId,
  seq,
  status: 'hidden',
  authorId: null,
  text: '',
  entities: [],
  attachments: [],
  label: null,
  replyToSeq: null,
  threadRootSeq: null,
  replyCount: 0,
  lastReplySeq: null,
  forwarded: false,
  reactions: {},
  pinnedAt: null,
  revision: 1,
  createdAt,
  editedAt: null,
  expiresAt: null,
});
