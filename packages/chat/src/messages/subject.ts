import {
  type Account,
  type AccountReader,
  endMeasures,
  holding,
  moveBack,
  type RoleTable,
  type Runtime,
  type SubjectAdapter,
  systemActor,
} from '@socialkit/core';
import { changeWithin } from './change.js';
import {
  contentHashOfMessage,
  keyOfSubject,
  lockForDecision,
  moveMessage,
  requireDecidable,
  subjectOfMessage,
  takeDown,
} from './moderate.js';
import type { MessageReader } from './store.js';
import { goneFromThread } from './threads.js';
import type { Message } from './types.js';
import { eventOf, type MessageUnit } from './unit.js';

const reader = systemActor('subjects');

const factsOf = (message: Message, author: Account | undefined) => ({
  authorId: message.authorId,
  revision: message.revision,
  status: message.status,
  contentHash: contentHashOfMessage(message),
  reach: author?.followerCount ?? 0,
  createdAt: message.createdAt,
});

/**
 * Messages as subjects of moderation: removal, by the code of the staff operations. Open connections hear of it by the
 * conversation's log: whoever runs the transaction has the hub look at it after the commit.
 */
export function createMessageSubject(deps: {
  readonly runtime: Runtime;
  readonly roles: RoleTable;
}): SubjectAdapter<MessageUnit, { readonly messages: MessageReader; readonly accounts: AccountReader }> {
  const { runtime } = deps;
  const now = () => runtime.clock.now();
  return {
    measures: ['remove'],
    async facts(stores, id, actor = reader) {
      const message = await lockForDecision(stores, actor, keyOfSubject(id));
      if (!message) return null;
      return factsOf(message, (await stores.accounts.byIds([message.authorId])).get(message.authorId));
    },
    async snapshot(readers, ids) {
      const found = await Promise.all(
        ids.map(async (id) => {
          const { conversationId, seq } = keyOfSubject(id);
          return (await readers.messages.byKeys(conversationId, [seq])).get(seq);
        }),
      );
      const there = found.filter(
        (message): message is Message =>
          message !== undefined && message.status !== 'deleted' && message.status !== 'expired',
      );
      const authors = await readers.accounts.byIds([...new Set(there.map(({ authorId }) => authorId))]);
      return new Map(
        there.map((message) => [
          subjectOfMessage(message).id,
          {
            ...factsOf(message, authors.get(message.authorId)),
            subject: subjectOfMessage(message),
            texts: { text: message.text },
            media: [],
            context: { kind: 'conversation' as const, id: message.conversationId },
          },
        ]),
      );
    },
    async apply(stores, actor, id, ruling) {
      const locked = await lockForDecision(stores, actor, keyOfSubject(id));
      const message = await requireDecidable(deps, stores, actor, locked);
      const { result } = await changeWithin(stores, message.conversationId, now(), (change) =>
        takeDown(change, runtime, actor, message, ruling),
      );
      return result;
    },
    async reverse(stores, actor, measure, end, reason) {
      const message = await lockForDecision(stores, actor, keyOfSubject(measure.subject.id));
      if (message) await requireDecidable(deps, stores, actor, message);
      const ended = await endMeasures(stores, runtime, actor, [measure], end, reason);
      if (ended.length === 0) return { changed: false };
      if (!message) return { changed: true };
      const rest = await stores.measures.active(measure.subject);
      const move = moveBack(measure, message.status, rest);
      if (move !== null)
        await changeWithin(stores, message.conversationId, now(), (change) =>
          moveMessage(change, actor, message, move, ''),
        );
      return { changed: true };
    },
    async purge(stores, actor, id) {
      const message = await lockForDecision(stores, actor, keyOfSubject(id));
      if (message?.status !== 'flagged') return { changed: false };
      if ((await holding(stores, subjectOfMessage(message), ['remove'])).length === 0)
        return { changed: false };
      await changeWithin(stores, message.conversationId, now(), async (change) => {
        await stores.messages.erase(message, 'deleted', now());
        change.say({ type: 'message.deleted', by: message.authorId, seq: message.seq });
        await goneFromThread(change, message);
        await stores.outbox.append({
          type: 'message.deleted',
          actor,
          payload: { ...eventOf(message), deletedBy: null },
        });
      });
      return { changed: true };
    },
  };
}
