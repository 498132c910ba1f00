export { type AttachmentResolver, opaqueAttachments } from './attachments.js';
export type { MessageEvents } from './events.js';
export {
  createMessages,
  type Messages,
  type MessagesDeps,
  type MessagesService,
} from './messages-service.js';
export { messageOperations } from './operations.js';
export { createMessagePreviews } from './previews.js';
export * from './reduce.js';
export { seesConversation, seesMessage } from './sees.js';
export type { MessageOptions } from './settings.js';
export { createConversationStreams } from './source.js';
export type * from './store.js';
export { createMessageSubject } from './subject.js';
export * from './types.js';
export type { MessageReading, MessageUnit } from './unit.js';
export * from './views.js';
export { holdsWords, wordsOf } from './words.js';
