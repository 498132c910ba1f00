import { type Actor, notFound, type StreamEvent } from '@socialkit/core';
import { publishAll } from '../conversations/announce.js';
import { createBumps } from './bumps.js';
import { streamEvents } from './hydrate.js';
import { createLanes, type Lanes } from './lanes.js';
import { type Outgoing, prepareSend, type SendCommand } from './prepare.js';
import { requireReadable } from './reads.js';
import { type SentMessage, sendTogether } from './send.js';
import type { Message, MessageKey } from './types.js';
import { isReadable } from './types.js';
import type { MessageDeps } from './unit.js';

/** Sends messages for one process. */
export type Sending = Lanes<SendCommand, SentMessage>;

/** The events of a message that was just sent, as everybody who follows the conversation gets them. */
function eventsOf({ message, placed }: SentMessage): readonly StreamEvent[] {
  if (!placed) return [];
  const { conversationId, seq, authorId, createdAt: at } = message;
  const held = message.status === 'under_review';
  const only = held ? [authorId] : null;
  const sent = { offset: placed.offset, type: 'message.sent', at, by: authorId, only, seq, data: {} };
  const { root } = placed;
  if (!root || held) return streamEvents(conversationId, [sent], new Map([[seq, message]]), at);
  const thread = {
    ...sent,
    offset: placed.offset + 1,
    type: 'thread.changed',
    by: null,
    only: null,
    seq: root.seq,
  };
  return streamEvents(
    conversationId,
    [sent, thread],
    new Map([
      [seq, message],
      [root.seq, root],
    ]),
    at,
  );
}

/** Sends in lanes of shared transactions; after each commit those who follow a conversation are told, and its members hinted. */
export function createSending(deps: MessageDeps): Sending {
  const { unitOfWork, readers, runtime, publisher, settings } = deps;
  const bumps = createBumps({ log: readers.conversationLog, publisher, logger: runtime.logger });
  return createLanes<SendCommand, SentMessage>({
    lanes: settings.lanes,
    batch: settings.batch,
    keyOf: ({ conversationId }) => conversationId,
    async work(commands) {
      const outcomes = await unitOfWork.transact((stores) => sendTogether(stores, commands, runtime));
      const sent = outcomes.flatMap((outcome) => (outcome.ok && outcome.value.placed ? [outcome.value] : []));
      publishAll(publisher, sent.flatMap(eventsOf));
      for (const { message } of sent)
        bumps.note({
          conversationId: message.conversationId,
          lastSeq: message.seq,
          lastMessageAt: message.createdAt,
        });
      return outcomes;
    },
  });
}

/**
 * Sends a message.
 * @throws as `prepareSend` and `decideSend`
 */
export const sendMessage = async (
  deps: MessageDeps,
  sending: Sending,
  actor: Actor,
  outgoing: Outgoing,
): Promise<SentMessage> => sending.put(await prepareSend(deps, actor, outgoing));

/** The formatting an author could have given for what a message shows: mentions and tags are found anew, or not at all. */
const formattingOf = ({ entities }: Message): Outgoing['formatting'] =>
  entities.flatMap((entity) => (entity.type === 'mention' || entity.type === 'hashtag' ? [] : [entity]));

/**
 * Carries a message into another conversation: what it says, without whom it mentions, what it answers and who wrote it.
 * @throws conversation.not_found, message.not_found unless the actor can read it, and as {@link sendMessage}
 */
export async function forwardMessage(
  deps: MessageDeps,
  sending: Sending,
  actor: Actor,
  input: MessageKey & { readonly toConversationId: string; readonly clientId?: string | undefined },
): Promise<SentMessage> {
  const now = deps.runtime.clock.now();
  const { message } = await requireReadable(deps.readers, actor, input, now);
  if (!isReadable(message, now)) throw notFound('message');
  const command = await prepareSend(
    deps,
    actor,
    {
      conversationId: input.toConversationId,
      clientId: input.clientId,
      text: message.text,
      formatting: formattingOf(message),
      attachments: message.attachments,
    },
    { conversationId: input.conversationId, seq: input.seq },
  );
  return sending.put(command);
}
