import type { Clock, PostReaders, PostStores } from '@socialkit/core';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database.js';
import {
  createPostgresBookmarkReader,
  createPostgresBookmarks,
  createPostgresPinReader,
  createPostgresPins,
} from './bookmarks.js';
import { createPostgresPollReader, createPostgresPolls } from './polls.js';
import { createPostgresRepostReader, createPostgresReposts } from './reposts.js';
import { createPostgresPostSkeletons } from './skeletons.js';
import { createPostgresPostReader, createPostgresPosts } from './store.js';

/** Every reader of the posts but hydration, which joins other slices and lives in a folder of its own. */
export const createPostgresPostReaders = (deps: {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
}): Omit<PostReaders, 'postViews'> => ({
  posts: createPostgresPostReader(deps),
  reposts: createPostgresRepostReader(deps.db),
  polls: createPostgresPollReader(deps.db),
  bookmarks: createPostgresBookmarkReader(deps.db),
  pins: createPostgresPinReader(deps.db),
  postSkeletons: createPostgresPostSkeletons(deps),
});

/** The stores of the posts inside a transaction. */
export const createPostgresPostStores = (deps: {
  readonly tx: Transaction<Database>;
  readonly clock: Clock;
}): PostStores => ({
  posts: createPostgresPosts(deps),
  reposts: createPostgresReposts(deps.tx),
  polls: createPostgresPolls(deps.tx),
  bookmarks: createPostgresBookmarks(deps.tx),
  pins: createPostgresPins(deps.tx),
});
