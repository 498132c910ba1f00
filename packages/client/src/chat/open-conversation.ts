import type { MessageView, Sent } from '@socialkit/chat';
import {
  type ConversationState,
  conversationFrom,
  expireMessages,
  reduceConversation,
  withoutMessage,
} from '@socialkit/chat/state';
import type { Id, SocialError } from '@socialkit/core/protocol';
import type { ClientEvent } from '../realtime/followed-stream.js';
import type { RealtimeClient } from '../realtime/realtime-client.js';
import type { Timers } from '../realtime/timers.js';
import type { ChatCall, ChatCalls } from './calls.js';
import { type ReadPage, readAgain, withOlder } from './conversation-pages.js';
import type { OwnListener, OwnStream } from './own-stream.js';
import { createTyping, type Typing } from './typing.js';

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
  /** Kinds of reactions this account has given to a message, from whichever device. */
  reacted(seq: number): readonly string[];
  /** Who types, and saying that one types. */
  readonly typing: Pick<Typing, 'users' | 'typed' | 'stopped'>;
  /** Resolves when the state is there. @throws conversation.not_found and whatever else refused it */
  ready(): Promise<void>;
  /** Loads older messages. @returns false when there are none */
  older(): Promise<boolean>;
  /**
   * Reads everything that is shown anew. Happens by itself when a block between this account and an author began or ended, and
   * when the account emptied the conversation on another device.
   */
  refresh(): Promise<void>;
  /** Sends; the message is pending at once, and the queue repeats it until the server has answered. @throws the server's final refusal */
  send(draft: Draft): Promise<Sent>;
  /** Takes a refused message off the screen. */
  discard(clientId: string): void;
  close(): void;
}

const DEFAULT_PAGE = 50;

/** `reaction.changed` of the account's own stream. */
interface ReactionChange {
  readonly seq: number;
  readonly kind: string;
  readonly reacted: boolean;
}

/** @param now Unix milliseconds */
export function openConversation(
  deps: {
    readonly client: Pick<RealtimeClient, 'follow' | 'send' | 'userId' | 'onHint'>;
    readonly call: ChatCall;
    readonly own: OwnStream;
    readonly now: () => number;
    readonly timers: Timers;
    readonly error: (error: unknown) => void;
  },
  conversationId: Id,
  options: OpenOptions = {},
): OpenConversation {
  const { client, call, own, now } = deps;
  const limit = options.page ?? DEFAULT_PAGE;
  const changed = options.onChange ?? (() => {});
  let state: ConversationState | null = null;
  let pending: readonly (PendingMessage & { readonly seq: number | null })[] = [];
  let loads = 0;
  let refreshing: Promise<void> | null = null;
  let again = false;
  /** Own reactions by message, beside the state: on the conversation's stream they are numbers. */
  const reactions = new Map<number, ReadonlySet<string>>();
  /** What this account deleted for itself elsewhere, also while it was being read. */
  const hidden = new Set<number>();
  /** What came about own reactions while pages were being read. */
  const held = new Set<ReactionChange[]>();
  /** Lists of who wants to know what comes while it waits. */
  const listening = new Set<ClientEvent[]>();
  let waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];

  const become = (next: ConversationState) => {
    state = [...hidden].reduce(withoutMessage, next);
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

  const readPage: ReadPage = async (before) => {
    const input = before === undefined ? { conversationId, limit } : { conversationId, before, limit };
    const meantime: ReactionChange[] = [];
    held.add(meantime);
    try {
      const history = await call('messages.history', input, { repeat: true });
      for (const { seq, viewer } of history.items) reactions.set(seq, new Set(viewer.reacted));
      return history;
    } finally {
      held.delete(meantime);
      for (const change of meantime) reacted(change);
    }
  };
  const reacted = ({ seq, kind, reacted: given }: ReactionChange) => {
    const kinds = new Set(reactions.get(seq));
    if (given) kinds.add(kind);
    else kinds.delete(kind);
    reactions.set(seq, kinds);
  };
  /** Gathers the events that come while `work` reads. */
  const meanwhile = async <T>(work: (since: readonly ClientEvent[]) => Promise<T>): Promise<T> => {
    const since: ClientEvent[] = [];
    listening.add(since);
    try {
      return await work(since);
    } finally {
      listening.delete(since);
    }
  };
  const readAnew = async () => {
    do {
      again = false;
      const [shown, load] = [state, loads];
      if (shown === null) return;
      const fresh = await meanwhile((since) => readAgain(shown, readPage, since));
      // Another load came first, or older messages: those are not in what was read.
      if (load !== loads || state === null) return;
      if (state.fromSeq < fresh.fromSeq) again = true;
      else become(fresh);
    } while (again);
  };
  const refresh = (): Promise<void> => {
    again = true;
    refreshing ??= readAnew().finally(() => {
      refreshing = null;
    });
    return refreshing;
  };
  const refreshSoon = () => void refresh().catch(deps.error);

  const typing = createTyping(deps, conversationId, changed);
  const ofOwnStream: OwnListener = {
    // What was missed there may have been anything.
    reload: () => (state === null ? undefined : refresh()),
    event({ type, data = {} }) {
      if (type === 'relation.changed') refreshSoon();
      if (data.conversationId !== conversationId) return;
      if (type === 'conversation.cleared') refreshSoon();
      else if (type === 'message.hidden') {
        hidden.add(Number(data.seq));
        if (state !== null) become(state);
      } else if (type === 'reaction.changed') {
        const change = data as unknown as ReactionChange;
        reacted(change);
        for (const meantime of held) meantime.push(change);
        changed();
      }
    },
  };
  const stopListening = own.listen(ofOwnStream);
  const unfollow = client.follow(`conversation:${conversationId}`, {
    async load() {
      const history = await readPage();
      loads++;
      become(conversationFrom(conversationId, history));
      settle(({ resolve }) => resolve());
      return history.offset;
    },
    event(event) {
      recognise(event);
      if (event.type === 'message.sent') typing.forget(String(event.data?.authorId));
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
    reacted: (seq) => [...(reactions.get(seq) ?? [])],
    typing,
    ready: () =>
      state === null
        ? new Promise((resolve, reject) => waiting.push({ resolve, reject }))
        : Promise.resolve(),
    async older() {
      if (state === null || state.fromSeq <= 1) return false;
      const [before, load] = [state.fromSeq, loads];
      return meanwhile(async (since) => {
        const history = await readPage(before);
        // Another page or another load came first.
        if (state === null) return false;
        if (load !== loads || state.fromSeq !== before) return state.fromSeq > 1;
        become(withOlder(state, history, since));
        return history.items.length > 0;
      });
    },
    refresh,
    async send(draft) {
      typing.sent();
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
    close() {
      unfollow();
      stopListening();
      typing.close();
    },
  };
}
