import { type Id, idSchema, type JobHandler, type JobWriter, parseInput } from '@socialkit/core';
import { z } from 'zod';
import { changeLocked } from './change.js';
import { goneFromThread } from './threads.js';
import type { Message } from './types.js';
import type { MessageDeps } from './unit.js';

/** The queue in which messages wait for the end of their time. */
export const EXPIRY_QUEUE = 'messages.expire';
/** Messages of one conversation that go together: jobs of the same slot are one. Milliseconds. */
const SLOT_MS = 10_000;
/** Messages one transaction erases at most. */
const BATCH = 100;

const expiryJob = z.strictObject({ conversationId: idSchema });

/** Plans the erasure of messages that expire, in the transaction that writes them: at most one job a conversation and slot. */
export async function enqueueExpiry(
  jobs: JobWriter,
  messages: readonly Pick<Message, 'conversationId' | 'expiresAt'>[],
): Promise<void> {
  const slots = new Map<string, { readonly conversationId: Id; readonly runAt: number }>();
  for (const { conversationId, expiresAt } of messages) {
    if (expiresAt === null) continue;
    const slot = Math.ceil(expiresAt / SLOT_MS);
    slots.set(`${conversationId}:${slot}`, { conversationId, runAt: slot * SLOT_MS });
  }
  for (const [key, { conversationId, runAt }] of slots)
    await jobs.enqueue(EXPIRY_QUEUE, { conversationId }, { key, runAt });
}

/**
 * Erases what has expired. Nobody could read it since its time was over: this frees the rows and tells those who follow the
 * conversation.
 */
export const createExpiryHandler =
  (deps: Pick<MessageDeps, 'unitOfWork' | 'runtime' | 'publisher'>): JobHandler =>
  async ([job], { signal }) => {
    const { conversationId } = parseInput(expiryJob, job?.payload);
    for (let erased = BATCH; erased === BATCH; ) {
      signal.throwIfAborted();
      erased = await changeLocked(
        deps,
        conversationId,
        (stores) => stores.conversations.lock(conversationId),
        async (change, conversation) => {
          if (!conversation) return 0;
          const { stores, now } = change;
          const due = await stores.messages.due(conversationId, now, BATCH);
          const messages = await stores.messages.byKeys(
            conversationId,
            due.map(({ seq }) => seq),
          );
          for (const message of messages.values()) {
            await stores.messages.erase(message, 'expired', now);
            change.say({ type: 'message.expired', by: message.authorId, seq: message.seq });
            await goneFromThread(change, message);
          }
          return due.length;
        },
      );
    }
  };
