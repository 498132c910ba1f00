import { hiddenView } from './hidden-view.js';
import type { MessageView } from './views.js';

/** What a client knows of the messages of a conversation. Plain data: each step makes a new one. */
export interface ConversationState {
  readonly conversationId: string;
  /** Everything up to this event of the stream is in here. */
  readonly offset: number;
  readonly lastSeq: number;
  /** Messages from this one on are held, all of them. */
  readonly fromSeq: number;
  readonly messages: ReadonlyMap<number, MessageView>;
}

/** An event of a conversation's stream as a client gets it; without `data` where it is not for this viewer. */
export interface ConversationStreamEvent {
  readonly offset: number;
  readonly type: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** What a client starts from: the answer of `messages.history` without a position. */
export interface FetchedHistory {
  readonly items: readonly MessageView[];
  readonly before: number | null;
  readonly lastSeq: number;
  readonly offset: number;
}

/** The view without what only holds for one viewer. */
const shared = (view: MessageView & { readonly viewer?: unknown }): MessageView => {
  const { viewer: _viewer, ...rest } = view;
  return rest;
};

/** The state of a client that has just loaded the newest messages. */
export function conversationFrom(
  conversationId: string,
  { items, before, offset, lastSeq }: FetchedHistory,
): ConversationState {
  return {
    conversationId,
    offset,
    lastSeq,
    fromSeq: before === null ? 1 : (items[0]?.seq ?? 1),
    messages: new Map(items.map((item) => [item.seq, shared(item)] as const)),
  };
}

const isPlace = ({ status }: MessageView): boolean => status === 'hidden';

/** What an event does to the messages. Every event about a message carries it whole, as it is by then. */
function applied(state: ConversationState, event: ConversationStreamEvent): Partial<ConversationState> {
  const { type, data, at } = event;
  const { conversationId, messages } = state;
  const set = (view: MessageView) => new Map(messages).set(view.seq, view);
  if (type === 'message.sent') {
    // Numbers are dense: the next message is the next number, also for who may not have it.
    const seq = (data?.seq as number | undefined) ?? state.lastSeq + 1;
    if (seq <= state.lastSeq && !data) return {};
    const view = data ? shared(data as unknown as MessageView) : hiddenView(conversationId, seq, at);
    return { lastSeq: Math.max(state.lastSeq, seq), messages: set(view) };
  }
  if (!data) return {};
  if (type === 'thread.changed') {
    const { seq, replyCount, lastReplySeq } = data as Pick<
      MessageView,
      'seq' | 'replyCount' | 'lastReplySeq'
    >;
    const root = messages.get(seq);
    return root && !isPlace(root) ? { messages: set({ ...root, replyCount, lastReplySeq }) } : {};
  }
  if (!type.startsWith('message.')) return {};
  const view = shared(data as unknown as MessageView);
  return view.seq >= state.fromSeq && messages.has(view.seq) ? { messages: set(view) } : {};
}

/**
 * The state after one event. Applied to every event of the stream in order, it equals what a fresh load shows: that is the
 * contract of the stream. An event that is in already changes nothing.
 *
 * @throws RangeError when an event is missing in between: load afresh
 */
export function reduceConversation(
  state: ConversationState,
  event: ConversationStreamEvent,
): ConversationState {
  if (event.offset <= state.offset) return state;
  if (event.offset !== state.offset + 1)
    throw new RangeError(`event ${event.offset} does not follow ${state.offset}`);
  return { ...state, ...applied(state, event), offset: event.offset };
}

/** The state without a message that this account deleted for itself: `message.hidden` of its own stream. */
export function withoutMessage(state: ConversationState, seq: number): ConversationState {
  if (!state.messages.has(seq)) return state;
  const messages = new Map(state.messages);
  messages.delete(seq);
  return { ...state, messages };
}

/** The state at an instant: what has expired cannot be read any more, whether its event has come or not. @param now Unix ms */
export function expireMessages(state: ConversationState, now: number): ConversationState {
  const over = [...state.messages.values()].filter(
    ({ expiresAt, status }) =>
      expiresAt !== null && expiresAt <= now && (status === 'published' || status === 'under_review'),
  );
  if (over.length === 0) return state;
  const messages = new Map(state.messages);
  for (const view of over)
    messages.set(view.seq, {
      ...view,
      status: 'expired',
      text: '',
      entities: [],
      attachments: [],
      label: null,
      reactions: {},
      pinnedAt: null,
      editedAt: null,
    });
  return { ...state, messages };
}
