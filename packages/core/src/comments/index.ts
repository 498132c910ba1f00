export {
  type CommentOptions,
  type CommentReaders,
  type CommentsDeps,
  type CommentsService,
  createCommentsService,
} from './comments-service.js';
export type { CommentEvents } from './events.js';
export { commentOperations } from './operations.js';
export { hasPlace } from './place.js';
export { COMMENT_MOVES, COMMENT_STATES, type CommentMove } from './status.js';
export type * from './store.js';
export { createMemoryComments } from './store.memory.js';
export { createCommentSubject } from './subject.js';
export * from './types.js';
export type { CommentStores } from './unit.js';
