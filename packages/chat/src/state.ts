/** What a client makes of a conversation's stream: no schemas, nothing of a server, so that pages can load it. */
export {
  type ConversationState,
  type ConversationStreamEvent,
  conversationFrom,
  expireMessages,
  type FetchedHistory,
  reduceConversation,
  withoutMessage,
} from './messages/reduce.js';
