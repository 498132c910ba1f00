import {
  type ConversationState,
  conversationFrom,
  type FetchedHistory,
  reduceConversation,
} from '@socialkit/chat/state';
import type { ClientEvent } from '../realtime/followed-stream.js';

/** A page of a conversation's history. @param before messages before this one; absent for the newest */
export type ReadPage = (before?: number) => Promise<FetchedHistory>;

/**
 * The state with a page of older messages in front of it.
 * @param since events that came while the page was on its way: what the page does not know of them is put into it
 */
export function withOlder(
  state: ConversationState,
  history: FetchedHistory,
  since: readonly ClientEvent[],
): ConversationState {
  const page = conversationFrom(state.conversationId, history);
  const { offset, lastSeq } = state;
  let merged: ConversationState = {
    ...state,
    fromSeq: page.fromSeq,
    messages: new Map([...page.messages, ...state.messages]),
  };
  for (const event of since)
    if (event.offset > history.offset)
      merged = reduceConversation({ ...merged, offset: event.offset - 1 }, event);
  return { ...merged, offset, lastSeq };
}

/**
 * Reads what is shown anew, down to the oldest message of `shown`: for what changes without an event of the conversation.
 * @param since filled by the caller with the events that come meanwhile
 */
export async function readAgain(
  shown: ConversationState,
  read: ReadPage,
  since: readonly ClientEvent[],
): Promise<ConversationState> {
  const first = await read();
  let state = conversationFrom(shown.conversationId, first);
  const known = () => since.filter(({ offset }) => offset > first.offset && offset <= state.offset);
  const catchUp = () => {
    for (const event of since) state = reduceConversation(state, event);
  };
  catchUp();
  while (state.fromSeq > shown.fromSeq) {
    const older = await read(state.fromSeq);
    state = withOlder(state, older, known());
    catchUp();
  }
  return state;
}
