export type { PostEvents } from './events.js';
export type { CreateInput, EditInput, PollInput } from './input.js';
export { type LinkPreview, noLinkPreview } from './link-preview.js';
export { type MediaResolver, opaqueMedia } from './media.js';
export { postOperations } from './operations.js';
export { createPostsService, createPostWorkers, type PostsDeps, type PostsService } from './posts-service.js';
export type { PostVersion, Reposter } from './reads.js';
export { POST_MOVES, POST_STATES, type PostMove } from './status.js';
export type * from './store.js';
export { createMemoryPostReaders, createMemoryPosts } from './store.memory.js';
export { createPostSubject } from './subject.js';
export * from './types.js';
export type { PostUnit } from './unit.js';
export * from './view.js';
export {
  hydratedPost,
  type OwnState,
  type PostHead,
  type PostParts,
  pollViewOf,
  postHead,
  type QuotedPart,
  viewerStateOf,
} from './view-parts.js';
export { showsResults } from './vote.js';
