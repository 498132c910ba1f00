import type { History, MessageView } from '@socialkit/chat';
import { type ConversationState, conversationFrom, reduceConversation } from '@socialkit/chat/state';
import type { ClientEvent, Follower, RealtimeClient } from '@socialkit/client';

/** Messages of one call. */
const PAGE = 100;

/** Everything there is in a conversation, as a client that comes now would load it. */
export async function fetchConversation(
  client: Pick<RealtimeClient, 'call'>,
  conversationId: string,
): Promise<ConversationState> {
  const page = async (before?: number) =>
    (await client.call(
      'messages.history',
      { conversationId, limit: PAGE, ...(before === undefined ? {} : { before }) },
      { repeat: true, deadlineMs: 120_000 },
    )) as History;
  const newest = await page();
  const state = conversationFrom(conversationId, newest);
  const messages = new Map<number, MessageView>(state.messages);
  for (let { before } = newest; before !== null; ) {
    const older = await page(before);
    for (const [seq, view] of conversationFrom(conversationId, older).messages) messages.set(seq, view);
    before = older.before;
  }
  return { ...state, fromSeq: 1, messages };
}

/** An application that follows a conversation and writes down whatever breaks the promise. */
export interface Recorder extends Follower {
  readonly name: string;
  readonly state: ConversationState | null;
  readonly loads: number;
}

export function createRecorder(deps: {
  readonly name: string;
  readonly conversationId: string;
  readonly client: RealtimeClient;
  readonly violation: (text: string) => void;
  /** Called behind every event, once it is in the state. */
  readonly seen: () => void;
}): Recorder {
  const { name, conversationId, client, violation, seen } = deps;
  let state: ConversationState | null = null;
  let epoch = '';
  let loads = 0;
  let busy = false;

  const check = (event: ClientEvent, known: ConversationState) => {
    if (busy) violation(`${name}: event ${event.offset} while another is handled`);
    if (event.epoch !== epoch)
      violation(`${name}: event ${event.offset} of epoch ${event.epoch}, not ${epoch}`);
    if (event.offset <= known.offset)
      violation(`${name}: event ${event.offset} again, behind ${known.offset}`);
    else if (event.offset > known.offset + 1)
      violation(`${name}: a gap from ${known.offset} to ${event.offset}`);
    if (event.type === 'message.sent' && event.data?.seq !== known.lastSeq + 1)
      violation(`${name}: message ${String(event.data?.seq)} behind ${known.lastSeq}`);
  };

  return {
    name,
    get state() {
      return state;
    },
    get loads() {
      return loads;
    },
    async load(position) {
      loads++;
      const fetched = await fetchConversation(client, conversationId);
      state = fetched;
      epoch = position.epoch;
      return fetched.offset;
    },
    event(event) {
      if (state === null) return violation(`${name}: event ${event.offset} before any load`);
      check(event, state);
      busy = true;
      state = reduceConversation({ ...state, offset: event.offset - 1 }, event);
      busy = false;
      seen();
    },
    closed: (why) => violation(`${name}: the stream was ${why}`),
  };
}
