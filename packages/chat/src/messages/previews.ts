import type { Clock, Id } from '@socialkit/core';
import type { MessagePreviews } from '../conversations/present.js';
import type { MessagePreview } from '../conversations/views.js';
import { shownTo } from './present.js';
import type { MessageReading } from './unit.js';

/** Code points of a text that a list shows. */
const PREVIEW_LENGTH = 200;

/** The newest messages for lists of conversations: one statement, and one for the relations to their authors. */
export const createMessagePreviews = (deps: {
  readonly readers: Pick<MessageReading, 'messages' | 'facts'>;
  readonly clock: Clock;
}): MessagePreviews => ({
  async newest(viewerId, asks) {
    const { readers, clock } = deps;
    const stretches = asks.map(({ conversationId, above, lastSeq }) => ({
      conversationId,
      above,
      upTo: lastSeq,
    }));
    const messages = await readers.messages.newest(viewerId, stretches);
    const authors = await readers.facts.relations(viewerId, [
      ...new Set(messages.map(({ authorId }) => authorId)),
    ]);
    const now = clock.now();
    return new Map(
      messages.map((message): [Id, MessagePreview] => {
        const view = shownTo(message, authors.get(message.authorId), now);
        const shown = view.status === 'published' || view.status === 'under_review';
        return [
          message.conversationId,
          {
            seq: message.seq,
            authorId: view.authorId,
            status: view.status,
            text: shown ? [...view.text].slice(0, PREVIEW_LENGTH).join('') : null,
            attachments: view.attachments.length,
            createdAt: view.createdAt,
          },
        ];
      }),
    );
  },
});
