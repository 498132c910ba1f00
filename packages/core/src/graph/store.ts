import type {
  FollowReader,
  FollowRequestReader,
  FollowRequestWriter,
  FollowWriter,
} from './store.follows.js';
import type { FriendReader, FriendWriter } from './store.friends.js';
import type { BlockReader, BlockWriter, MuteReader, MuteWriter } from './store.limits.js';
import type { RelationshipReader } from './store.relationships.js';
import type { TopicReader, TopicWriter } from './store.topics.js';

/** The reading ports of the graph, as they stand among the readers of the core. */
export interface GraphReaders {
  readonly follows: FollowReader;
  readonly followRequests: FollowRequestReader;
  readonly friends: FriendReader;
  readonly blocks: BlockReader;
  readonly mutes: MuteReader;
  readonly topics: TopicReader;
  readonly relationships: RelationshipReader;
}

/** The ports of the graph inside a unit of work. */
export interface GraphStores extends GraphReaders {
  readonly follows: FollowReader & FollowWriter;
  readonly followRequests: FollowRequestReader & FollowRequestWriter;
  readonly friends: FriendReader & FriendWriter;
  readonly blocks: BlockReader & BlockWriter;
  readonly mutes: MuteReader & MuteWriter;
  readonly topics: TopicReader & TopicWriter;
}

export type * from './store.edges.js';
export type * from './store.follows.js';
export type * from './store.friends.js';
export type * from './store.limits.js';
export type * from './store.relationships.js';
export type * from './store.topics.js';
