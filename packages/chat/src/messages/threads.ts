import type { Change } from './change.js';
import type { Message } from './types.js';

const countIn = async (
  { stores, say }: Change,
  { conversationId, threadRootSeq, status, seq }: Message,
  delta: 1 | -1,
): Promise<void> => {
  if (threadRootSeq === null) return;
  // Only what members could read was counted.
  if (delta === -1 && status !== 'published') return;
  await stores.messages.countReply({ conversationId, seq: threadRootSeq }, delta, delta === 1 ? seq : null);
  say({ type: 'thread.changed', by: null, seq: threadRootSeq });
};

/** A message of a thread cannot be read any more. @param message as it was before */
export const goneFromThread = (change: Change, message: Message): Promise<void> =>
  countIn(change, message, -1);

/** A message of a thread can be read from now on. */
export const cameIntoThread = (change: Change, message: Message): Promise<void> =>
  countIn(change, message, 1);
