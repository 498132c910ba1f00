import {
  type Actor,
  accountOf,
  conflict,
  type Id,
  idSchema,
  invalid,
  isSocialError,
  type JobHandler,
  notFound,
  parseInput,
  readText,
  userActor,
} from '@socialkit/core';
import { z } from 'zod';
import { publishAll } from '../conversations/announce.js';
import type { ScheduleInput } from './operations.js';
import { type Sending, sendMessage } from './sending.js';
import { MAX_MESSAGE_AHEAD_MS, MAX_SCHEDULED_MESSAGES, type ScheduledMessage } from './types.js';
import { type MessageDeps, requireReader } from './unit.js';

/** The queue in which scheduled messages wait for their time. */
export const SCHEDULED_QUEUE = 'messages.send_scheduled';

const scheduledJob = z.strictObject({ scheduledId: idSchema });

const viewOf = (message: ScheduledMessage) => ({
  id: message.id,
  conversationId: message.conversationId,
  text: message.text,
  attachments: message.attachments,
  replyToSeq: message.replyToSeq,
  threadRootSeq: message.threadRootSeq,
  sendAt: message.sendAt,
  state: message.state,
  error: message.error,
});

/**
 * Keeps a message until its time. Whether it may be sent is decided then.
 * @throws conversation.not_found, message.bad_time (validation), message.too_many_scheduled (conflict), text.* (validation)
 */
export async function scheduleMessage(deps: MessageDeps, actor: Actor, input: ScheduleInput) {
  const authorId = accountOf(actor);
  const { unitOfWork, runtime, publisher } = deps;
  readText(input.text, input.formatting);
  const { message, events } = await unitOfWork.transact(async (stores) => {
    const now = runtime.clock.now();
    if (input.sendAt <= now || input.sendAt > now + MAX_MESSAGE_AHEAD_MS)
      throw invalid('message.bad_time', 'must be in the future, at most 400 days ahead', [
        { path: 'sendAt', message: 'must be in the future, at most 400 days ahead' },
      ]);
    const { member } = await requireReader(stores, authorId, input.conversationId);
    if (member.state !== 'active') throw notFound('conversation');
    const message: ScheduledMessage = {
      id: runtime.ids.next(),
      conversationId: input.conversationId,
      authorId,
      text: input.text,
      formatting: input.formatting,
      attachments: input.attachments,
      replyToSeq: input.replyToSeq ?? null,
      threadRootSeq: input.threadRootSeq ?? null,
      ttlSeconds: input.ttlSeconds ?? null,
      sendAt: input.sendAt,
      createdAt: now,
      state: 'waiting',
      error: null,
    };
    if (!(await stores.scheduled.insert(message, MAX_SCHEDULED_MESSAGES)))
      throw conflict(
        'message.too_many_scheduled',
        `at most ${MAX_SCHEDULED_MESSAGES} messages can wait for their time`,
      );
    await stores.jobs.enqueue(
      SCHEDULED_QUEUE,
      { scheduledId: message.id },
      { key: message.id, runAt: message.sendAt },
    );
    const said = { userId: authorId, type: 'scheduled.changed', data: { scheduledId: message.id } };
    return { message, events: await stores.streams.append([said]) };
  });
  publishAll(publisher, events);
  return viewOf(message);
}

/** The actor's scheduled messages, next first. */
export async function listScheduled(
  { readers }: Pick<MessageDeps, 'readers'>,
  actor: Actor,
  conversationId: Id | null,
) {
  return { items: (await readers.scheduled.ofAuthor(accountOf(actor), conversationId)).map(viewOf) };
}

/** Takes a scheduled message of the actor back. One that is being sent right now is not there any more. */
export async function cancelScheduled(
  { unitOfWork, publisher }: MessageDeps,
  actor: Actor,
  scheduledId: Id,
): Promise<{ readonly cancelled: boolean }> {
  const authorId = accountOf(actor);
  const { cancelled, events } = await unitOfWork.transact(async (stores) => {
    const message = await stores.scheduled.byId(scheduledId);
    if (message?.authorId !== authorId) throw notFound('scheduled_message');
    const cancelled = await stores.scheduled.remove(scheduledId);
    await stores.jobs.cancel(SCHEDULED_QUEUE, scheduledId);
    const said = { userId: authorId, type: 'scheduled.changed', data: { scheduledId } };
    return { cancelled, events: await stores.streams.append([said]) };
  });
  publishAll(publisher, events);
  return { cancelled };
}

/**
 * Sends what is due, under a client id of its own: after a crash in between it is not sent twice. What may not be sent any
 * more stays in the author's list with the reason; what cannot be sent yet is tried again.
 */
export const createScheduledHandler =
  (deps: MessageDeps, sending: Sending): JobHandler =>
  async ([job]) => {
    const { scheduledId } = parseInput(scheduledJob, job?.payload);
    const message = await deps.readers.scheduled.byId(scheduledId);
    if (message?.state !== 'waiting') return;
    const { authorId } = message;
    let error: string | null = null;
    try {
      await sendMessage(deps, sending, userActor(authorId), {
        conversationId: message.conversationId,
        clientId: `scheduled:${scheduledId}`,
        text: message.text,
        formatting: message.formatting,
        attachments: message.attachments,
        replyToSeq: message.replyToSeq ?? undefined,
        threadRootSeq: message.threadRootSeq ?? undefined,
        ttlSeconds: message.ttlSeconds ?? undefined,
      });
    } catch (thrown) {
      if (!isSocialError(thrown) || thrown.retryable || thrown.category === 'internal') throw thrown;
      error = thrown.code;
    }
    const events = await deps.unitOfWork.transact(async (stores) => {
      if (error === null) await stores.scheduled.remove(scheduledId);
      else await stores.scheduled.fail(scheduledId, error);
      return stores.streams.append([{ userId: authorId, type: 'scheduled.changed', data: { scheduledId } }]);
    });
    publishAll(deps.publisher, events);
  };
