export { type Announcer, announced, publishAll } from './announce.js';
export {
  type Capability,
  can,
  capabilitiesOf,
  GROUP_CAPABILITIES,
  type Ground,
} from './capabilities.js';
export {
  type ConversationsDeps,
  type ConversationsService,
  createConversationsService,
} from './conversations-service.js';
export type { ConversationEvents } from './events.js';
export { conversationOperations } from './operations.js';
export type { ConversationOptions } from './options.js';
export type { MessagePreviews, PresentReaders } from './present.js';
export type * from './store.js';
export { createMemoryConversationStores } from './store.memory.js';
export { createConversationSubject } from './subject.js';
export type { ConversationEventRow } from './tables.memory.js';
export * from './types.js';
export type { ConversationUnit } from './unit.js';
export type { ConversationView, LinkView, MemberView, MessagePreview } from './views.js';
