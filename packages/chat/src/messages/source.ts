import {
  type Actor,
  type Clock,
  type Id,
  type StreamAccess,
  type StreamSource,
  viewerOf,
} from '@socialkit/core';
import { hydrateEvents } from './hydrate.js';
import type { MessageReaders } from './store.js';

/**
 * The streams of conversations. The log says what happened; what a message says is read as it stands now. Somebody who joined
 * where history begins with joining gets neither the events from before nor what later events say about messages from before.
 */
export function createConversationStreams(deps: {
  readonly readers: Pick<MessageReaders, 'conversationLog' | 'messages'>;
  readonly clock: Clock;
}): StreamSource {
  const { readers, clock } = deps;
  const log = readers.conversationLog;
  const readableMany = async (asks: readonly { readonly actor: Actor; readonly ids: readonly Id[] }[]) => {
    const pairs = asks.flatMap(({ actor, ids }, ask) => {
      const userId = viewerOf(actor);
      return userId === null ? [] : ids.map((conversationId) => ({ ask, userId, conversationId }));
    });
    const answers = asks.map(() => new Map<Id, StreamAccess>());
    if (pairs.length === 0) return answers;
    for (const [index, access] of (await log.readable(pairs)).entries()) {
      const pair = pairs[index];
      if (!pair || !access) continue;
      const { afterOffset, afterSeq } = access;
      answers[pair.ask]?.set(pair.conversationId, { after: afterOffset, afterItem: afterSeq });
    }
    return answers;
  };
  return {
    kind: 'conversation',
    readableMany,
    readable: async (actor, ids) => (await readableMany([{ actor, ids }]))[0] ?? new Map(),
    heads: (ids) => log.heads(ids),
    async after(id, after, limit) {
      const events = await log.after(id, after, limit);
      if (events.some(({ offset }, index) => offset !== after + index + 1)) return null;
      return hydrateEvents(readers.messages, id, events, clock.now());
    },
  };
}
