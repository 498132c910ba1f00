import type { Id } from '@socialkit/core/protocol';
import type { RealtimeClient } from '../realtime/realtime-client.js';
import { systemTimers, type Timers } from '../realtime/timers.js';
import { type ChatCall, chatCall } from './calls.js';
import { type ConversationList, type ListOptions, openConversationList } from './conversation-list.js';
import { type OpenConversation, type OpenOptions, openConversation } from './open-conversation.js';

/** The chat on top of a realtime client. */
export interface ChatClient {
  /** Any call of the chat, typed. */
  readonly call: ChatCall;
  /** Opens a conversation and keeps it equal to the server's. @throws TypeError when it is open already */
  open(conversationId: Id, options?: OpenOptions): OpenConversation;
  /** Opens the list of the account's conversations; one at a time. */
  list(options?: ListOptions): Promise<ConversationList>;
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
  const { now = Date.now, timers = systemTimers, onError = () => {} } = options;
  return {
    call,
    open: (conversationId, open) => openConversation({ client, call, now }, conversationId, open),
    list: (list) => openConversationList({ client, call, timers, random: Math.random, error: onError }, list),
  };
}
