import type { MemorySession } from '../kernel/memory.js';
import type { Clock } from '../kernel/runtime.js';
import type { PostReaders, PostStores } from './store.js';
import { createMemoryPolls } from './store.polls.memory.js';
import { createMemoryPostTable } from './store.posts.memory.js';
import { createMemoryBookmarks, createMemoryPins, createMemoryReposts } from './store.shares.memory.js';
import { createMemorySkeletons } from './store.skeletons.memory.js';
import { createMemoryPostViews } from './view.memory.js';

/** The reference {@link PostStores}: everything in this process. */
export const createMemoryPosts = (session: MemorySession): PostStores => ({
  posts: createMemoryPostTable(session),
  reposts: createMemoryReposts(session),
  polls: createMemoryPolls(session),
  bookmarks: createMemoryBookmarks(session),
  pins: createMemoryPins(session),
});

/** The reference {@link PostReaders}. */
export const createMemoryPostReaders = (session: MemorySession, clock: Clock): PostReaders => ({
  ...createMemoryPosts(session),
  postSkeletons: createMemorySkeletons(session),
  postViews: createMemoryPostViews(session, clock),
});
