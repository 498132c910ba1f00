export type { ChatCall, ChatCalls } from './chat/calls.js';
export { type ChatClient, type ChatClientOptions, createChatClient } from './chat/chat-client.js';
export type { ConversationList, ListOptions } from './chat/conversation-list.js';
export type { Draft, OpenConversation, OpenOptions, PendingMessage } from './chat/open-conversation.js';
export type { PresenceWatch } from './chat/presence-watch.js';
export type { Typing } from './chat/typing.js';
export {
  createHttpClient,
  type HttpCallOptions,
  type HttpClient,
  type HttpClientOptions,
} from './http/http-client.js';
export { type OperationTables, type Routes, routesOf } from './http/routes.js';
export type { BackoffOptions } from './realtime/backoff.js';
export type { CallOptions, Pace } from './realtime/calls.js';
export type { ConnectionState, TokenReason } from './realtime/connection.js';
export type { ClientEvent, Follower } from './realtime/followed-stream.js';
export type { RealtimeClientOptions } from './realtime/options.js';
export type { ClientStorage, OutboxItem } from './realtime/outbox.js';
export {
  type ClientStats,
  createRealtimeClient,
  type Hint,
  type RealtimeClient,
  type Watched,
} from './realtime/realtime-client.js';
export type { SocketConstructor, SocketLike } from './realtime/socket.js';
export type { StreamStats } from './realtime/subscriptions.js';
export type { Timers } from './realtime/timers.js';
