import type { MessageView, Sent } from '@socialkit/chat';
import {
  type ConversationState,
  conversationFrom,
  expireMessages,
  reduceConversation,
} from '@socialkit/chat/state';
import type { Id, SocialError } from '@socialkit/core/protocol';
import type { ClientEvent } from '../realtime/followed-stream.js';
import type { RealtimeClient } from '../realtime/realtime-client.js';
import type { ChatCall, ChatCalls } from './calls.js';

/** What is written, without where and under which name. */
export type Draft = Omit<ChatCalls['messages.send']['input'], 'conversationId' | 'clientId'>;

/** A message of this client that the server has not shown yet. */
export interface PendingMessage {
  /** The sender's own name of it. */
  readonly clientId: string;
  readonly draft: Draft;
  /** Why it was refused for good; null while it is on its way. */
  readonly error: SocialError | null;
}

/** Options of {@link OpenConversation}. */
export interface OpenOptions {
  /** Called after every change of what is shown. */
  readonly onChange?: () => void;
  /** Called for each event once it is in the state. */
  readonly onEvent?: (event: ClientEvent) => void;
  /** The conversation is not, or no longer, this account's. */
  readonly onClosed?: (why: 'refused' | 'closed') => void;
  /** Messages loaded at first and with every further page. @default 50 */
  readonly page?: number;
}

/** One conversation as a screen shows it: its state is the sum of its events, and equal to a fresh load at every event. */
export interface OpenConversation {
  readonly conversationId: Id;
  /** Null until it was loaded. */
  readonly state: ConversationState | null;
  /** Messages from the oldest loaded one on, oldest first, as they can be read now. */
  messages(): readonly MessageView[];
  /** Own messages the server has not shown yet, oldest first. */
  pending(): readonly PendingMessage[];
  /** Resolves when the state is there. @throws conversation.not_found and whatever else refused it */
  ready(): Promise<void>;
  /** Loads older messages. @returns false when there are none */
  older(): Promise<boolean>;
  /** Sends; the message is pending at once, and the queue repeats it until the server has answered. @throws the server's final refusal */
  send(draft: Draft): Promise<Sent>;
  /** Takes a refused message off the screen. */
  discard(clientId: string): void;
  close(): void;
}

const DEFAULT_PAGE = 50;

/** @param now Unix milliseconds */
export function openConversation(
  deps: {
    readonly client: Pick<RealtimeClient, 'follow' | 'send' | 'userId'>;
    readonly call: ChatCall;
    readonly now: () => number;
  },
  conversationId: Id,
  options: OpenOptions = {},
): OpenConversation {
  const { client, call, now } = deps;
  const limit = options.page ?? DEFAULT_PAGE;
  const changed = options.onChange ?? (() => {});
  let state: ConversationState | null = null;
  let pending: readonly (PendingMessage & { readonly seq: number | null })[] = [];
  let loads = 0;
  /** Lists of who wants to know what comes while it waits. */
  const listening = new Set<ClientEvent[]>();
  let waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];

  const become = (next: ConversationState) => {
    state = next;
    // What the server shows is pending no more.
    pending = pending.filter(({ seq }) => seq === null || seq > next.lastSeq);
    changed();
  };
  /**
   * The event of an own message mostly comes before the answer to its sending, and does not say under which name it was sent:
   * the oldest one on its way with the same words is it.
   */
  const recognise = ({ type, data }: ClientEvent) => {
    if (type !== 'message.sent' || data?.authorId !== client.userId) return;
    const words = (text: unknown) =>
      String(text ?? '')
        .normalize()
        .trim();
    const at = pending.findIndex(
      ({ seq, error, draft }) => seq === null && error === null && words(draft.text) === words(data?.text),
    );
    if (at >= 0) pending = pending.map((one, n) => (n === at ? { ...one, seq: Number(data?.seq) } : one));
  };
  const settle = (act: (one: { resolve: () => void; reject: (error: unknown) => void }) => void) => {
    const those = waiting;
    waiting = [];
    for (const one of those) act(one);
  };

  const unfollow = client.follow(`conversation:${conversationId}`, {
    async load() {
      const history = await call('messages.history', { conversationId, limit }, { repeat: true });
      loads++;
      become(conversationFrom(conversationId, history));
      settle(({ resolve }) => resolve());
      return history.offset;
    },
    event(event) {
      recognise(event);
      if (state !== null) become(reduceConversation(state, event));
      for (const since of listening) since.push(event);
      options.onEvent?.(event);
    },
    closed(why) {
      settle(({ reject }) => reject(new Error(`the conversation is ${why}`)));
      options.onClosed?.(why);
    },
  });

  return {
    conversationId,
    get state() {
      return state;
    },
    messages() {
      if (state === null) return [];
      const { messages } = expireMessages(state, now());
      return [...messages.values()].sort((a, b) => a.seq - b.seq);
    },
    pending: () => pending,
    ready: () =>
      state === null
        ? new Promise((resolve, reject) => waiting.push({ resolve, reject }))
        : Promise.resolve(),
    async older() {
      if (state === null || state.fromSeq <= 1) return false;
      const [before, load] = [state.fromSeq, loads];
      const since: ClientEvent[] = [];
      listening.add(since);
      try {
        const history = await call('messages.history', { conversationId, before, limit }, { repeat: true });
        // Another page or another load came first.
        if (load !== loads || state.fromSeq !== before) return state.fromSeq > 1;
        const page = conversationFrom(conversationId, history);
        const { offset, lastSeq } = state;
        let merged: ConversationState = {
          ...state,
          fromSeq: page.fromSeq,
          messages: new Map([...page.messages, ...state.messages]),
        };
        // Events that came while the page was on its way, and that it does not know.
        for (const event of since)
          if (event.offset > history.offset)
            merged = reduceConversation({ ...merged, offset: event.offset - 1 }, event);
        become({ ...merged, offset, lastSeq });
        return history.items.length > 0;
      } finally {
        listening.delete(since);
      }
    },
    async send(draft) {
      const clientId = crypto.randomUUID();
      pending = [...pending, { clientId, draft, error: null, seq: null }];
      changed();
      const note = (change: { readonly seq: number } | { readonly error: SocialError }) => {
        pending = pending.map((one) => (one.clientId === clientId ? { ...one, ...change } : one));
        if (state !== null) become(state);
      };
      try {
        const input = { conversationId, clientId, ...draft };
        const sent = (await client.send({ op: 'messages.send', lane: conversationId, input })) as Sent;
        note({ seq: sent.message.seq });
        return sent;
      } catch (error) {
        note({ error: error as SocialError });
        throw error;
      }
    },
    discard(clientId) {
      pending = pending.filter((one) => one.clientId !== clientId || one.error === null);
      changed();
    },
    close: unfollow,
  };
}
