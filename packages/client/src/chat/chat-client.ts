import type { Id } from '@socialkit/core/protocol';
import type { ClientEvent } from '../realtime/followed-stream.js';
import type { RealtimeClient } from '../realtime/realtime-client.js';
import { systemTimers, type Timers } from '../realtime/timers.js';
import { type ChatCall, chatCall } from './calls.js';
import { type ConversationList, type ListOptions, openConversationList } from './conversation-list.js';
import { type OpenConversation, type OpenOptions, openConversation } from './open-conversation.js';
import { createOwnStream } from './own-stream.js';
import { type PresenceWatch, watchPresence } from './presence-watch.js';

/** The chat on top of a realtime client. */
export interface ChatClient {
  /** Any call of the chat, typed. */
  readonly call: ChatCall;
  /** Opens a conversation and keeps it equal to the server's. @throws TypeError when it is open already */
  open(conversationId: Id, options?: OpenOptions): OpenConversation;
  /** Opens the list of the account's conversations. */
  list(options?: ListOptions): Promise<ConversationList>;
  /**
   * Watches the presence of accounts, at most 200; one watch of a client at a time, as the next replaces its list.
   * @param changed told after every change of what is known
   */
  presence(userIds: readonly Id[], changed?: () => void): PresenceWatch;
  /**
   * Events of the account's own stream, which the chat follows itself while anything of it is open: what the account's other
   * devices did, and what concerns it alone. @returns a function that ends it
   */
  onOwnEvent(listener: (event: ClientEvent) => void): () => void;
}

/** Options of {@link createChatClient}. */
export interface ChatClientOptions {
  /** Unix milliseconds, for messages that expire. @default Date.now */
  readonly now?: () => number;
  /** @default the machine's */
  readonly timers?: Timers;
  /** Told about what went wrong in the background. @default nothing */
  readonly onError?: (error: unknown) => void;
}

/** Puts the chat on top of a realtime client; whoever made that one closes it. */
export function createChatClient(client: RealtimeClient, options: ChatClientOptions = {}): ChatClient {
  const call = chatCall(client);
  const { now = Date.now, timers = systemTimers, onError: error = () => {} } = options;
  const own = createOwnStream(client, error);
  return {
    call,
    open: (conversationId, open) =>
      openConversation({ client, call, own, now, timers, error }, conversationId, open),
    list: (list) => openConversationList({ client, own, call, timers, random: Math.random, error }, list),
    presence: (userIds, changed) => watchPresence(client, userIds, changed),
    onOwnEvent: (event) => own.listen({ event }),
  };
}
